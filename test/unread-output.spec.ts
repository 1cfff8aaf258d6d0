import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { startServer } from './support/server.js';

describe('A server whose output nobody reads any more', () => {
  it('goes on, whatever it has to say', async () => {
    const server = await startServer();
    const client = await Client.of(server);
    const database = await TestDatabase.of(server);
    await database.query(`CREATE TRIGGER no_sessions BEFORE INSERT ON session BEGIN SELECT RAISE(ABORT, 'none'); END`);
    server.process.stdout?.destroy();
    server.process.stderr?.destroy();
    // An error is logged, and the stream fails a moment later.
    for (let time = 0; time < 3; time++) {
      const login = await client.post('/user/login', { username: 'admin', password: 'correct horse battery' });
      expect(login.status).toBe(500);
      await sleep(50);
    }
    await database.query('DROP TRIGGER no_sessions');
    await database.close();
    expect((await client.get('/health/live')).status).toBe(200);
    await client.logIn();
    expect(await server.stop()).not.toBe(1);
  });
});
