import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../support/connection.js';
import { useServer } from '../support/use-server.js';

const DESCRIPTORS = 128;
const ANSWER_LIMIT_MS = 10_000;
const sockets: Socket[] = [];

function flood(url: string, count: number, text = ''): Promise<unknown> {
  const { port, hostname } = new URL(url);
  const connecting = Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
    if (text !== '') socket.write(text);
    // One that is refused is no reason to stop.
    return Promise.race([once(socket, 'connect').catch(() => undefined), sleep(1000)]);
  });
  return Promise.all(connecting);
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

const verify = (token: string): string =>
  `GET /auth/verify HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`;

describe('More connections than the system lets the process have', () => {
  const { server, client } = useServer({ descriptors: DESCRIPTORS });

  it.each([
    ['that send nothing', ''],
    ['that send half a request', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: '],
    ['that were answered', 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['that speak TLS', '\x16\x03\x01\x02\x00\x01\x00'],
  ])('%s keep neither new clients nor connected ones from being served', async (_, text) => {
    const jwt = await client.logIn();
    await flood(server.url, 3 * DESCRIPTORS, text);
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const headers = { authorization: `Bearer ${jwt}`, connection: 'close' };
    for (let count = 0; count < 5; count++) {
      expect((await fetch(`${server.url}/auth/verify`, { headers, signal })).status).toBe(200);
    }
    const connected = await Connection.to(server);
    for (let count = 1; count <= 2; count++) {
      connected.write(verify(jwt));
      await connected.receives(new RegExp(`(?:HTTP/1.1 200[^]*){${count}}`));
      if (count === 1) await flood(server.url, DESCRIPTORS, text);
    }
    expect((await client.addAuthHeader(jwt)).id).toBeDefined();
    expect(server.output()).not.toMatch(/ERROR|EMFILE/);
  });
});
