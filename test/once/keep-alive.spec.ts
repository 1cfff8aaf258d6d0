import { Connection } from '../support/connection.js';
import { testRun } from '../support/launch.js';
import type { RunningServer } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const PATHS = ['/health/live', '/auth/verify', '/nothing'];
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

async function afterRequests(server: RunningServer): Promise<Connection> {
  const connection = await Connection.to(server);
  for (const path of PATHS) {
    connection.write(get(path));
    await connection.receives(new RegExp(`(?:HTTP/1.1 [^]*?\\r\\n\\r\\n[^]*){${PATHS.indexOf(path) + 1}}`));
  }
  return connection;
}

describe('KEEP_ALIVE', () => {
  const { server } = useServer({ env: { KEEP_ALIVE: '1s' } });

  it('is how long an idle connection stays open, and what its client is told', async () => {
    const received = await (await afterRequests(server)).ended();
    expect(received.match(/^keep-alive: timeout=1$/gim)).toHaveLength(PATHS.length);
    expect(received).not.toMatch(/^connection: close$/im);
  });

  it('is longer by default than the two minutes of Caddy', async () => {
    const connection = await afterRequests(testRun().shared);
    connection.write(get('/health/live').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    const [, seconds] = /^keep-alive: timeout=(\d+)$/im.exec(await connection.ended()) ?? [];
    expect(Number(seconds)).toBeGreaterThan(120);
  });
});
