import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Client } from './support/client.js';
import { Connection } from './support/connection.js';
import { TestDatabase } from './support/database.js';
import { endAfter } from './support/end-after.js';
import { launch } from './support/launch.js';
import { ADMIN, newFolder, startServer } from './support/server.js';

describe('A stop amid pipelined requests', () => {
  it.each([
    ['POST /authheader/add', '{"name":"pipelined"}'],
    ['POST /user/login', JSON.stringify({ username: ADMIN.username, password: ADMIN.password })],
    ['GET /audit/list', ''],
  ])('closes the database after the last %s, and logs no failure', async (call, body) => {
    const server = await startServer();
    const jwt = await (await Client.of(server)).logIn();
    const request = [
      `${call} HTTP/1.1`,
      'Host: a',
      `Authorization: Bearer ${jwt}`,
      ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`]),
      '',
      body,
    ].join('\r\n');
    const connection = await Connection.to(server);
    connection.write(request.repeat(20));
    await connection.receives(/HTTP\/1\.1 200/);
    expect(await endAfter(server, 'SIGTERM')).toBe('SIGTERM');
    const acknowledged = (await connection.ended()).split('HTTP/1.1 200').length - 1;
    const copy = new TestDatabase(server);
    const [kept] = await copy.query<{ adds: number; logins: number }>(
      'SELECT (SELECT COUNT(*) FROM auth_header) AS adds, (SELECT COUNT(*) FROM session) - 1 AS logins',
    );
    await copy.close();
    const rows = (kept?.adds ?? 0) + (kept?.logins ?? 0);
    expect(call.startsWith('GET') || rows >= acknowledged).toBe(true);
    expect(server.output()).not.toMatch(/SQLITE_|internal_error|ERROR|WARN/);
  });
});

describe('A stop in the middle of a start', () => {
  it.concurrent.each([150, 250, 350, 450])('after %i ms is no failure', async (delayMs) => {
    const child = await launch(newFolder(), {});
    const errors = text(child.stderr ?? Readable.from([]));
    setTimeout(() => child.kill('SIGTERM'), delayMs);
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    expect([code, signal, await errors]).toEqual([null, 'SIGTERM', '']);
  });
});
