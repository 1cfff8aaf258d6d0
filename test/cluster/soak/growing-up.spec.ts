import { v7 as uuidv7 } from 'uuid';
import { hashToken, mask, mintToken } from '../../../src/authheader/auth-header-token.js';
import { runJson } from '../../support/command-line.js';
import { makeFolderDatabase } from '../../support/folder-database.js';
import { databaseFileIn, postgresUrl } from '../../support/launch.js';
import { ADMIN, newFolder, startServer } from '../../support/server.js';
import { SqliteSession } from '../../support/sqlite-session.js';
import { check } from '../http.js';
import { report, SIZES } from '../sizes.js';

const SQLITE = { DATABASE_URL: 'sqlite:data/personas.sqlite' };
const BATCH = 10_000;
const SAMPLE = 1000;

const USERS = `INSERT INTO "user" (id, username, username_key, email, email_key, password_hash, password_changed, roles, created)
  SELECT value ->> 0, value ->> 0, value ->> 0, value ->> 0, value ->> 0, password_hash, password_changed, '[]', created
  FROM json_each(?), "user" AS pattern WHERE pattern.username = ?`;
const AUTH_HEADERS = `INSERT INTO auth_header (id, user_id, name, token_hash, masked, scopes, allowed_ips, created)
  SELECT value ->> 0, value ->> 1, 'moved', value ->> 2, value ->> 3, '[]', '[]', created
  FROM json_each(?), "user" AS pattern WHERE pattern.username = ?`;

/** Fills a database of SQLite by statements. @returns tokens of which each must work. */
async function fill(file: string): Promise<string[]> {
  const session = await SqliteSession.open(file);
  const insert = async (sql: string, rows: readonly (readonly string[])[]): Promise<void> => {
    for (let from = 0; from < rows.length; from += BATCH)
      await session.query(sql, [JSON.stringify(rows.slice(from, from + BATCH)), ADMIN.username]);
  };
  const userIds = Array.from({ length: SIZES.users }, () => uuidv7());
  await insert(
    USERS,
    userIds.map((id) => [id]),
  );
  const tokens = Array.from({ length: SIZES.authHeaders }, () => mintToken());
  await insert(
    AUTH_HEADERS,
    tokens.map((token, index) => [uuidv7(), userIds[index % userIds.length] ?? '', hashToken(token), mask(token)]),
  );
  await session.close();
  const step = Math.ceil(tokens.length / SAMPLE);
  return tokens.filter((_, index) => index % step === 0);
}

it('A copy of a large database from SQLite to PostgreSQL keeps every credential', async () => {
  const small = await startServer({ env: SQLITE });
  await small.stop();
  const sample = await fill(databaseFileIn(small.folder));
  const target = await makeFolderDatabase(postgresUrl(), newFolder());
  const beganMs = performance.now();
  const copied = await runJson<{ table: string; rows: number }[]>(small, ['database', 'copy', '--to', target], {
    env: SQLITE,
  });
  report(`${SIZES.users} users and ${SIZES.authHeaders} auth headers were copied`, [performance.now() - beganMs]);
  expect(copied).toEqual(
    expect.arrayContaining([
      { table: 'user', rows: SIZES.users + 1 },
      { table: 'auth_header', rows: SIZES.authHeaders },
    ]),
  );
  const server = await startServer({ folder: small.folder, env: { DATABASE_URL: target } });
  const refused: number[] = [];
  for (const token of sample) {
    const { status } = await check(server, token);
    if (status !== 200) refused.push(status);
  }
  expect(refused).toEqual([]);
  expect(sample.length).toBeGreaterThan(0);
});
