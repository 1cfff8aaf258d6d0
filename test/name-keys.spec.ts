import { runJson, run } from './support/command-line.js';
import { Client, type ManagedUser } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { ADMIN, leftFolder, startServer, type TestServer } from './support/server.js';

/** Users of a version that took fewer spellings for the same name, oldest first, each with its e-mail address. */
const USERS = [
  ['straße', 'strasse@example.com'],
  ['Σίσυφος', 'jo@münchen.example'],
  ['plain', 'plain@example.com'],
  ['strasse', 'other@example.com'],
  ['ﬁnn', 'STRASSE2@example.com'],
  ['john\u200bdoe', 'jo@xn--mnchen-3ya.example'],
  ['johndoe', 'straße2@example.com'],
  ['J\u030can', 'jan@example.com'],
] as const;

const oldKey = (text: string): string => text.normalize('NFC').toLowerCase();

/** Users of a version that took fewer spellings for the same host. */
const USERS_AT_HOSTS = [
  ['symbol', 'john@💩.la'],
  ['ascii', 'john@xn--ls8h.la'],
  ['hyphenated', 'jo@mün\u00adchen.example'],
] as const;

/** A stopped server's folder with users of an older version, from before a migration. */
async function oldFolder(
  users: readonly (readonly [username: string, email: string])[],
  migration: string,
): Promise<{ folder: string; ids: string[] }> {
  const left = await leftFolder();
  const database = await TestDatabase.of(left);
  const ids: string[] = [];
  for (const [username, email] of users) {
    const id = await database.addUser(`old${ids.length}`);
    await database.query(
      'UPDATE "user" SET username = ?, username_key = ?, email = ?, email_key = ? WHERE id = ?',
      username,
      oldKey(username),
      email,
      oldKey(email),
      id,
    );
    ids.push(id);
  }
  await database.query('DELETE FROM migrations WHERE name LIKE ?', `${migration}%`);
  await database.close();
  return { folder: left.folder, ids };
}

/** The id of the user that an e-mail address logs in. */
async function idByEmail(client: Client, email: string): Promise<string | undefined> {
  const { headers } = await client.post('/en/api/v1/accounts/login', { account: { email, password: ADMIN.password } });
  const jwt = headers.get('authorization')?.replace('Bearer ', '');
  return jwt === undefined ? undefined : String((await client.get('/user/me', jwt)).body.Id);
}

describe('A database of an older version', () => {
  let server: TestServer;
  let client: Client;
  let ids: string[];

  beforeAll(async () => {
    const old = await oldFolder(USERS, 'NameKeys');
    ids = old.ids;
    server = await startServer({ folder: old.folder });
    client = await Client.of(server);
  });

  afterAll(() => server.stop('SIGKILL'));

  /** The user that a name logs in, as the place in the list. */
  const found = async (username: string): Promise<number | undefined> => {
    const { status, body } = await client.post('/user/login', { username, password: ADMIN.password });
    return status === 200 ? ids.indexOf(String(body.Id)) : undefined;
  };
  const foundByEmail = async (email: string): Promise<number | undefined> => {
    const id = await idByEmail(client, email);
    return id === undefined ? undefined : ids.indexOf(id);
  };

  it('finds its users by every spelling of their names', async () => {
    const spellings = { plain: 2, ΣΊΣΥΦΟΣ: 1, σίσυφος: 1, FINN: 4, '\u01f0an': 7, 'J\u030cAN': 7 };
    for (const [spelling, place] of Object.entries(spellings))
      expect([spelling, await found(spelling)]).toEqual([spelling, place]);
    expect(await foundByEmail('jo@MÜNCHEN.example')).toBe(1);
  });

  it('gives a name that two have to the older, who loses nothing', async () => {
    for (const spelling of ['straße', 'strasse', 'STRASSE'])
      expect([spelling, await found(spelling)]).toEqual([spelling, 0]);
    for (const spelling of ['john\u200bdoe', 'JohnDoe'])
      expect([spelling, await found(spelling)]).toEqual([spelling, 5]);
    expect(await foundByEmail('straße2@example.com')).toBe(4);
    expect(await foundByEmail('jo@xn--mnchen-3ya.example')).toBe(1);
  });

  it('leaves the younger all but that name, and names them in the log and in doctor', async () => {
    expect(await foundByEmail('other@example.com')).toBe(3);
    for (let turn = 0; turn < 100 && !server.output().includes('cannot log in'); turn++)
      await new Promise((done) => setTimeout(done, 20));
    const { code, stdout } = await run(server, ['doctor']);
    expect(code).toBe(1);
    for (const told of [server.output(), stdout]) {
      const [line = ''] = /.*users who cannot log in.*/.exec(told) ?? [];
      expect(ids.map((id, place) => (line.includes(id) ? place : -1)).filter((place) => place >= 0)).toEqual([3, 5, 6]);
      expect(line).toContain(`${ids[3] ?? ''} by the username strasse`);
      expect(line).not.toContain('\u200b');
    }
  });

  it('has them found again by another name', async () => {
    const jwt = await client.logIn();
    const { body } = await client.post('/user/update', { id: ids[3], username: 'Strasser' }, jwt);
    expect(body).toMatchObject({ Username: 'Strasser' });
    expect(await found('STRASSER')).toBe(3);
    const updated = await runJson<ManagedUser>(server, [
      'user',
      'update',
      ids[6] ?? '',
      '--username',
      'john.doe.2',
      '--email',
      'john2@example.com',
    ]);
    expect(updated.Id).toBe(ids[6]);
    const john = { id: ids[5], email: 'john1@example.com' };
    expect((await client.post('/user/update', john, jwt)).status).toBe(200);
    const { stdout } = await run(server, ['doctor']);
    expect(stdout).not.toContain('cannot log in');
  });
});

describe('A database of a version that knew fewer spellings of a host', () => {
  it('finds its users by every spelling, and the older of two by the one that both have', async () => {
    const { folder, ids } = await oldFolder(USERS_AT_HOSTS, 'HostKeys');
    const server = await startServer({ folder });
    const client = await Client.of(server);
    const [older, younger = '', hyphenated] = ids;
    const owners = {
      'john@💩.la': older,
      'john@xn--ls8h.la': older,
      'jo@münchen.example': hyphenated,
      'jo@mün\u200bchen。example': hyphenated,
      'jo＠XN--MNCHEN-3YA.example': hyphenated,
    };
    for (const [email, id] of Object.entries(owners))
      expect([email, await idByEmail(client, email)]).toEqual([email, id]);
    const { stdout } = await run(server, ['doctor']);
    expect(stdout).toContain(`${younger} by the e-mail address john@xn--ls8h.la`);
    await server.stop('SIGKILL');
  });
});
