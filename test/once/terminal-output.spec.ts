import type { ManagedUser } from '../support/client.js';
import { run, runJson } from '../support/command-line.js';
import { ADMIN } from '../support/server.js';
import { useServer } from '../support/use-server.js';

/** What a terminal would obey, or would not show. Rows that were kept before names were bound to what is seen can hold all of it. */
const HIDDEN = [
  ...['\u001b[31m', '\u0007', '\r', '\n', '\t', '\u007f', '\u0085', '\u009b', '\u009d', '\u00ad', '\u061c', '\u200b'],
  ...['\u200e', '\u2028', '\u202e', '\u2066', '\u2800', '\u3164', '\ufe0f', '\ufeff', '\ue000', '\u{e0041}'],
];
const NASTY = `x${HIDDEN.join('y')}z`;
/** As long as an address can be. */
const SHORT = HIDDEN.join('');
/** Names whose joiners and marks belong to them. */
const ALPHABETS = ['അനില\u0d4d\u200d', 'علی\u200cرضا', 'Ångström', '👩🏽\u200d💻'];
const SIGNS = new Set(Array.from(HIDDEN.join('').replace(/[ -~\n]/g, '')));

/** What of it stands in a text, by its number. */
function obeyed(text: string): string[] {
  return Array.from(text)
    .filter((sign) => SIGNS.has(sign))
    .map((sign) => sign.codePointAt(0)?.toString(16) ?? '');
}

/** A table without the tabs between its cells, and the different numbers of cells in its lines. */
function withoutTabs(table: string): { text: string; cellCounts: number[] } {
  const counts = table
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t').length);
  return { text: table.replaceAll('\t', ''), cellCounts: [...new Set(counts)] };
}

const { server, client, database } = useServer();

/** A user with an auth header, whose names are as nasty as can be. */
async function nastyUser(name: string): Promise<{ userId: string; authHeaderId: string }> {
  const userId = await database.addUser(name);
  const { id } = await client.addAuthHeader(await client.logIn(name, ADMIN.password));
  await database.query('UPDATE auth_header SET name = ? WHERE id = ?', `${NASTY} key`, id);
  await database.query(
    'UPDATE "user" SET username = ?, email = ?, firstname = ?, lastname = ? WHERE id = ?',
    ...[`${NASTY} name`, `${NASTY}@example.com`, NASTY, NASTY, userId],
  );
  return { userId, authHeaderId: id };
}

describe('No command prints what a terminal obeys or hides', () => {
  it.each([[[]], [['--json']]])(
    'in what it lists, where letters of any alphabet stay, and JSON keeps its meaning: %j',
    async (json) => {
      const { userId } = await nastyUser(`lister${json.length}`);
      const letters = ALPHABETS.map((username) => `${username}${json.length}`);
      for (const username of letters) await database.addUser(username);
      // Bytes of a header are read as Latin-1: an anonymous login can name its client so.
      const headers = { 'user-agent': 'curl\u009b31m\u00ad' };
      await client.call('POST', '/user/login', { headers, body: { username: 'nobody', password: 'x' } });
      await database.query('UPDATE audit_event SET username = ?, ip = ?, detail = ?', NASTY, SHORT, NASTY);
      for (const command of [
        ['user', 'list'],
        ['authheader', 'list'],
        ['audit', 'list'],
      ]) {
        const { code, stdout, stderr } = await run(server, [...command, ...json]);
        expect([code, stderr]).toEqual([0, '']);
        const { text, cellCounts } = json.length > 0 ? { text: stdout, cellCounts: [0] } : withoutTabs(stdout);
        expect([command, obeyed(text), cellCounts.length]).toEqual([command, [], 1]);
        expect(stdout).toMatch(json.length > 0 ? /\\u202e/ : /\ufffd/);
        if (command[0] !== 'user') continue;
        for (const username of letters) expect(stdout).toContain(username);
        if (json.length === 0) continue;
        const listed = JSON.parse(stdout) as ManagedUser[];
        expect(listed.find(({ Id }) => Id === userId)).toMatchObject({ Username: `${NASTY} name`, Firstname: NASTY });
      }
    },
  );

  it('in its sentences', async () => {
    const { userId, authHeaderId } = await nastyUser('speaker');
    const args = [
      ['authheader', 'delete', authHeaderId],
      ['user', 'disable', userId],
      ['user', 'enable', userId],
      ['user', 'unlock', userId],
      ['user', 'update', userId, '--role', 'editor'],
      ['user', 'reset', userId],
      ['user', 'delete', userId],
    ];
    for (const command of args) {
      const { code, stdout } = await run(server, command);
      expect([command, code, obeyed(withoutTabs(stdout).text)]).toEqual([command, 0, []]);
      expect(stdout).toContain('\ufffd');
    }
  });

  it('in its complaints', async () => {
    const sign = HIDDEN.join('').replaceAll('\0', '');
    for (const args of [[sign], ['user', 'list', '--limit', sign], ['user', 'disable', sign]]) {
      const { code, stdout, stderr } = await run(server, args);
      expect([code, stdout]).toEqual([expect.any(Number), '']);
      expect([args, obeyed(stderr)]).toEqual([args, []]);
    }
    const { stderr } = await run(server, ['user', 'list'], { env: { DATABASE_URL: `sqlite:${sign}` } });
    expect(obeyed(stderr)).toEqual([]);
  });
});

describe('The command line takes names and ids as the server does', () => {
  it('ids in capitals, names with blanks around them', async () => {
    const Id = await database.addUser('spaced');
    const update = (name: string) => runJson<ManagedUser>(server, ['user', 'update', name, '--firstname', 'S']);
    expect((await Promise.all([Id.toUpperCase(), ' SPACED\t'].map(update))).map((user) => user.Id)).toEqual([Id, Id]);
    const events = await runJson<object[]>(server, ['audit', 'list', '--target', Id.toUpperCase()]);
    expect(events).not.toEqual([]);
  });

  it('and no name that was not UTF-8', async () => {
    const args = ['user', 'add', '--username', 'j\ufffdrgen', '--email', 'j@example.com'];
    const { code, stderr } = await run(server, args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^--username must not contain/)]);
  });

  it('nor a password that is not', async () => {
    const args = ['user', 'add', '--username', 'bytes', '--email', 'bytes@example.com', '--password-stdin'];
    for (const input of [
      Buffer.from('a fine password of jürgen', 'latin1'),
      Buffer.from([...Buffer.from('password cut '), 0xf0, 0x9f]),
    ]) {
      const { code, stdout, stderr } = await run(server, args, { input });
      expect([code, stdout, stderr]).toEqual([1, '', 'The password is not UTF-8.\n']);
    }
    const password = 'a fine password of jürgen 😀';
    expect((await run(server, args, { input: `${password}\n` })).code).toBe(0);
    await client.logIn('bytes', password);
  });
});
