import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../src/config/version.js';
import { Client } from './support/client.js';
import { run } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { leftFolder, type LeftFolder, runToEnd, startServer } from './support/server.js';

const LATER = 9_999_999_999_999;

/** All rows of all tables. */
async function rowsOf(database: TestDatabase): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const table of await database.tables()) rows[table] = await database.query(`SELECT * FROM "${table}"`);
  return rows;
}

describe('A database that a newer version has migrated', () => {
  let left: LeftFolder;
  let database: TestDatabase;

  /** What a newer version leaves: a column more, and the oldest version that it still allows. */
  beforeAll(async () => {
    left = await leftFolder();
    database = await TestDatabase.of(left);
    await database.query('ALTER TABLE auth_header ADD COLUMN later_added varchar(20)');
    await database.query('INSERT INTO migrations (timestamp, name) VALUES (?, ?)', LATER, `Later${LATER}`);
    await database.query("UPDATE schema_gate SET version = '9.9.9'");
  });

  afterAll(() => database.close());

  it('is served by this one while the newer version allows it, which the start and doctor say', async () => {
    const server = await startServer({ folder: left.folder });
    const client = await Client.of(server);
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt);
    expect((await client.get('/user/me', token)).status).toBe(200);
    const line = `version 9.9.9 of the server has migrated it; this is ${VERSION}, which may still run`;
    expect(server.output()).toContain(line);
    expect((await run(server, ['doctor'])).stdout).toContain(`ok    schema    ${line}`);
    expect(await database.query('SELECT version FROM schema_gate')).toEqual([{ version: '9.9.9' }]);
    await server.stop('SIGKILL');
  });

  it('is not written by this one once the newer version does not allow it: the start, doctor and commands name both', async () => {
    await database.query('UPDATE schema_gate SET oldest_version = ?, oldest_schema = ?', '9.0.0', String(LATER));
    const before = await rowsOf(database);
    const line = `version 9.9.9 of the server has migrated it, and needs 9.0.0 or newer; this is ${VERSION}`;
    const { code, stderr } = await runToEnd({ folder: left.folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DATABASE_URL: .* cannot be used: /);
    expect(stderr).toContain(`${line}\n`);
    const command = await run(left, ['user', 'list']);
    expect([command.code, command.stderr]).toEqual([1, stderr]);
    expect((await run(left, ['doctor'])).stdout).toContain(`FAIL  schema    ${line}`);
    expect(await rowsOf(database)).toEqual(before);
  });
});

it('The version that a database is migrated by is the one of the package', () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };
  expect(VERSION).toBe(version);
});
