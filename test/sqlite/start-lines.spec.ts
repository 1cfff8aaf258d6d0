import { readFileSync } from 'node:fs';
import { TestDatabase } from '../support/database.js';
import { runToEnd, startServer } from '../support/server.js';

describe('A start that cannot succeed', () => {
  it.each([
    ['sqlite:/proc/x/personas.sqlite', 'ENOENT'],
    ['sqlite:/dev/null/x/personas.sqlite', 'ENOTDIR'],
  ])('where no folder can be made: %s', async (DATABASE_URL, reason) => {
    const { code, stderr } = await runToEnd({ env: { DATABASE_URL } });
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(new RegExp(`^DATABASE_URL: .*${reason}`));
  });

  it('because a newer version has migrated the file, and no longer allows this one, writes nothing to it', async () => {
    const server = await startServer();
    await server.stop();
    const database = await TestDatabase.of(server);
    await database.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
    await database.query("UPDATE schema_gate SET oldest_version = '9.9.9', oldest_schema = '9999999999999'");
    await database.query('PRAGMA wal_checkpoint(TRUNCATE)');
    await database.close();
    const before = readFileSync(server.databaseFile);
    expect((await runToEnd({ folder: server.folder })).code).toBe(1);
    expect(readFileSync(server.databaseFile).equals(before)).toBe(true);
  });
});
