import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionLimit } from './connection-limit.js';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const LIMIT = 4;
const LOOK_INTERVAL_MS = 20;

let server: Server;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = createServer((_request, response) => response.end('answer'));
  new ConnectionLimit(LIMIT, LOOK_INTERVAL_MS).watch(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

async function open(): Promise<Socket> {
  const accepted = once(server, 'connection');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  // Unread, it would not notice that it was closed.
  socket.on('error', () => undefined).resume();
  sockets.push(socket);
  await Promise.all([once(socket, 'connect'), accepted]);
  return socket;
}

async function ask(socket: Socket): Promise<void> {
  socket.write(REQUEST);
  await once(socket, 'data');
}

describe('Of too many connections', () => {
  it('those are closed that have never been answered, the oldest first', async () => {
    const used = await open();
    await ask(used);
    const idle = [await open(), await open(), await open()];
    const closed = once(idle[0] ?? used, 'close');
    const newcomer = await open();
    await closed;
    for (const socket of [used, newcomer]) await ask(socket);
    const next = idle.slice(1).map((socket) => once(socket, 'close'));
    for (let count = 0; count < 2; count++) await ask(await open());
    await Promise.all(next);
    await ask(used);
  });

  it('that have all been answered, the longest unused one is closed', async () => {
    const all = [await open(), await open(), await open(), await open()];
    for (const socket of all) await ask(socket);
    const [first, second] = all;
    await sleep(3 * LOOK_INTERVAL_MS);
    await ask(first ?? (await open()));
    const closed = once(second ?? server, 'close');
    await ask(await open());
    await closed;
    await ask(first ?? (await open()));
  });
});
