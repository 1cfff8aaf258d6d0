import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../support/client.js';
import { TestDatabase } from '../support/database.js';
import { databaseFileIn } from '../support/launch.js';
import { newFolder, startServer } from '../support/server.js';

describe('After a stop', () => {
  it.each(['1', '2'])('the database file holds everything, without its log, with %s processes', async (WORKERS) => {
    const server = await startServer({ env: { WORKERS } });
    const contract = await Client.contractOf(server);
    const client = new Client(server, () => contract);
    const { id } = await client.addAuthHeader(await client.logIn());
    await server.stop();
    const log = `${server.databaseFile}-wal`;
    expect(existsSync(log) ? statSync(log).size : 0).toBe(0);
    const folder = newFolder();
    mkdirSync(join(folder, 'data'));
    copyFileSync(server.databaseFile, databaseFileIn(folder));
    const copy = new TestDatabase({ folder });
    expect(await copy.query('SELECT id FROM auth_header')).toEqual([{ id }]);
    await copy.close();
  });
});
