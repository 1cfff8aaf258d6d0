import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../support/connection.js';
import { endAfter } from '../support/end-after.js';
import { startServer } from '../support/server.js';

// Each case has a server of its own, and mostly waits.
describe('A stop ends', () => {
  it('although connections have sent nothing, half a header and half a body', async () => {
    const server = await startServer();
    for (const sent of [
      '',
      'POST /user/login HTTP/1.1\r\nHost: a\r\nContent-Le',
      'POST /user/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"us',
    ]) {
      const connection = await Connection.to(server);
      if (sent !== '') connection.write(sent);
    }
    await sleep(200);
    expect(await endAfter(server, 'SIGTERM')).toBe('SIGTERM');
  });

  it.concurrent.each(['SIGSEGV', 'SIGABRT'] as const)('at once after a crash by %s', async (signal) => {
    const server = await startServer();
    expect(await endAfter(server, signal)).toBe(signal);
  });
});
