import { run, runJson } from '../support/command-line.js';
import { Client } from '../support/client.js';
import { makeFolderDatabase } from '../support/folder-database.js';
import { databaseFileIn, postgresUrl } from '../support/launch.js';
import { newFolder, startServer } from '../support/server.js';
import { SqliteSession } from '../support/sqlite-session.js';

const SQLITE = { DATABASE_URL: 'sqlite:data/personas.sqlite' };

let small: { folder: string; jwt: string; tokens: string[] };

/** A server that has run on SQLite. */
beforeAll(async () => {
  const server = await startServer({ env: SQLITE });
  const client = await Client.of(server);
  const jwt = await client.logIn();
  const tokens: string[] = [];
  for (let count = 0; count < 3; count++) tokens.push((await client.addAuthHeader(jwt, { name: `n${count}` })).token);
  const user = { username: 'jürgen', email: 'j@example.com', firstname: '🐈 with a "quote"' };
  expect((await client.post('/user/add', user, jwt)).status).toBe(200);
  await server.stop('SIGKILL');
  small = { folder: server.folder, jwt, tokens };
});

/** An empty database of PostgreSQL. */
const emptyTarget = () => makeFolderDatabase(postgresUrl(), newFolder());

const copy = (folder: string, target: string) => run({ folder }, ['database', 'copy', '--to', target], { env: SQLITE });

it('A copy from SQLite to PostgreSQL keeps every credential, and is refused where there are rows', async () => {
  const { folder, jwt, tokens } = small;
  const target = await emptyTarget();
  const copied = await runJson<{ table: string; rows: number }[]>({ folder }, ['database', 'copy', '--to', target], {
    env: SQLITE,
  });
  expect(copied).toEqual(
    expect.arrayContaining([
      { table: 'user', rows: 2 },
      { table: 'auth_header', rows: 3 },
    ]),
  );
  const server = await startServer({ folder, env: { DATABASE_URL: target } });
  const client = await Client.of(server);
  for (const token of [jwt, ...tokens]) expect((await client.get('/user/me', token)).status).toBe(200);
  // A list shows the tokens, which stayed sealed, and a change goes on where SQLite has ended.
  expect((await client.get('/authheader/list', jwt)).text).toContain(tokens[0]);
  expect((await client.addAuthHeader(await client.logIn(), { name: 'later' })).id).toBeTruthy();
  const onTarget = { env: { DATABASE_URL: target } };
  const { findings, chains } = await runJson<Record<string, unknown[]>>({ folder }, ['audit', 'verify'], onTarget);
  expect([findings, chains]).toEqual([[], [expect.objectContaining({ chain: 1, from: 1 })]]);
  await server.stop('SIGKILL');
  const again = await copy(folder, target);
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringMatching(/^the target is not empty: .* Nothing was copied\n$/),
  ]);
});

it('A copy of what PostgreSQL cannot keep, or of a text that is too long, names the row and copies nothing', async () => {
  const { folder } = small;
  const target = await emptyTarget();
  const session = await SqliteSession.open(databaseFileIn(folder));
  for (const [firstname, reason] of [
    ['a\0b', /^firstname of the row \S+ in user contains the character U\+0000/],
    ['x'.repeat(101), /^firstname of the row \S+ in user is longer than 100 characters/],
  ] as const) {
    await session.query('UPDATE "user" SET firstname = ?', [firstname]);
    const { code, stderr } = await copy(folder, target);
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
  }
  await session.query('UPDATE "user" SET firstname = ?', ['x']);
  await session.close();
  // It is refused where there are rows.
  expect((await copy(folder, target)).code).toBe(0);
});

it('A target that is no database is refused without its password', async () => {
  const { code, stderr } = await copy(small.folder, 'postgres://somebody:sesame@127.0.0.1:1/none');
  expect(code).toBe(1);
  expect(stderr).toMatch(/ECONNREFUSED/);
  expect(stderr).not.toContain('sesame');
});
