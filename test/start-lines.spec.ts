import { run } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { leftFolder, runToEnd } from './support/server.js';

/** How a line begins about a database that cannot be used: with the file, or with the name and the place. */
const UNUSABLE = /^DATABASE_URL: (?:data\/personas\.sqlite|the database \w+ at 127\.0\.0\.1:\d+) cannot be used: /;

/** All rows of all tables. */
async function rowsOf(database: TestDatabase): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const table of await database.tables()) rows[table] = await database.query(`SELECT * FROM "${table}"`);
  return rows;
}

describe('A start that cannot succeed names the setting', () => {
  it('and the file, where the first write of a start is refused', async () => {
    const { folder } = await leftFolder();
    const database = await TestDatabase.of({ folder });
    await database.query('DELETE FROM "user"');
    await database.refuse('INSERT', 'user');
    await database.close();
    const { code, stderr, stdout } = await runToEnd({ folder });
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([1, '', 1]);
    expect(stderr).toMatch(UNUSABLE);
  });
});

describe('A database that a newer version has migrated', () => {
  it('is not written by this one: the start, doctor and every command say so', async () => {
    const server = await leftFolder();
    const database = await TestDatabase.of(server);
    await database.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
    const before = await rowsOf(database);
    const line = 'a newer version of the server has migrated it';
    const { code, stderr } = await runToEnd({ folder: server.folder });
    expect([code, stderr.replace(UNUSABLE, '')]).toEqual([1, `${line}\n`]);
    const command = await run(server, ['user', 'list']);
    expect([command.code, command.stderr]).toEqual([1, stderr]);
    expect((await run(server, ['doctor'])).stdout).toContain(`FAIL  schema    ${line}`);
    expect(await rowsOf(database)).toEqual(before);
    await database.close();
  });
});
