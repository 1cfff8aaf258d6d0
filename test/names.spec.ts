import { cheapProgram } from './support/changed-program.js';
import { type Answer, Client, type ManagedUser } from './support/client.js';
import { ADMIN, startServer, type TestServer } from './support/server.js';

const PASSWORD = 'a quieter place to read';

let server: TestServer;
let client: Client;
let jwt: string;
let count = 0;

beforeAll(async () => {
  server = await startServer({ main: cheapProgram() });
  client = await Client.of(server);
  jwt = await client.logIn();
});

afterAll(() => server.stop());

const ask = (
  action: string,
  body: object,
): Promise<Answer<ManagedUser & { code?: string; details?: { field: string }[] }>> =>
  client.post(`/user/${action}`, body, jwt);
const someAddress = (): string => `someone${++count}@example.com`;
const add = (username: string, more: object = {}) =>
  ask('add', { username, email: someAddress(), password: PASSWORD, ...more });
const logIn = (username: string) => client.post('/user/login', { username, password: PASSWORD });
const logInByEmail = (email: string) =>
  client.post('/en/api/v1/accounts/login', { account: { email, password: PASSWORD } });

describe('Names that differ only in what a reader does not tell apart are one:', () => {
  it.each([
    ['in letter case', 'anna.doe', 'Anna.DOE'],
    ['in a final letter', 'ασ', 'ΑΣ'],
    ['in two final letters', 'Ὀδυσσεύς', 'ὈΔΥΣΣΕΎΣ'],
    ['in composition below the folding', '\u01f0ohn', 'J\u030cohn'],
    ['in another composition below it', 'ẖat', 'H\u0331at'],
    ['in a letter that is two in capitals', 'straße', 'STRASSE'],
    ['in a ligature', 'ﬁnn', 'finn'],
    ['in width', 'ｗｉｄｅ', 'wide'],
    ['in a joiner', 'علی\u200cرضا', 'علیرضا'],
  ])('usernames %s', async (_, one, other) => {
    const { status, body } = await add(one);
    expect([status, body.Username]).toEqual([200, one]);
    const twin = await add(other);
    expect([twin.status, twin.body.code]).toEqual([409, 'already_taken']);
    for (const spelling of [one, other, one.normalize('NFD'), other.normalize('NFC')]) {
      expect([spelling, (await logIn(spelling)).status]).toEqual([spelling, 200]);
    }
    const third = await add(`third ${one}`);
    expect((await ask('update', { id: third.body.Id, username: other })).status).toBe(409);
    expect((await ask('update', { id: body.Id, username: other })).body.Username).toBe(other);
  });

  it.each([
    ['in letter case', 'Jo.One@Example.com', 'jo.one@EXAMPLE.com'],
    ['in how an international host is written', 'jo@münchen.example', 'jo@xn--mnchen-3ya.example'],
    ['in that the other way round', 'jo@XN--BCHER-KVA.example', 'jo@bücher.example'],
    ['in a host’s composition and case', 'jo@zürich.example', 'JO@ZU\u0308RICH.example'],
    ['in how a symbol of a host is written', 'john@💩.la', 'john@xn--ls8h.la'],
    ['in a letter that is two in capitals', 'straße@example.com', 'STRASSE@example.com'],
  ])('e-mail addresses %s', async (_, one, other) => {
    const { status, body } = await add(`mail${++count}`, { email: one });
    expect([status, body.Email]).toEqual([200, one]);
    expect((await add(`mail${++count}`, { email: other })).status).toBe(409);
    for (const spelling of [one, other]) {
      expect([spelling, (await logInByEmail(spelling)).status]).toEqual([spelling, 200]);
    }
    const { body: found } = await client.get<ManagedUser[]>(`/user/list?search=${encodeURIComponent(one)}`, jwt);
    expect(found.map(({ Email }) => Email)).toEqual([one]);
  });

  it('and hosts that are two in the world are two', async () => {
    expect((await add('sharp', { email: 'jo@faß.example' })).status).toBe(200);
    expect((await add('plain', { email: 'jo@fass.example' })).status).toBe(200);
  });
});

describe('Blanks around a name', () => {
  const BLANKS = [' ', '\t', '\n', '\r\n', '\u00a0', '\u2003', '\u3000', '\u200b', '\ufeff'];

  it('are not registered', async () => {
    for (const blank of BLANKS) {
      for (const username of [`${blank}edge`, `edge${blank}`]) {
        expect([username, (await add(username)).status]).toEqual([username, 400]);
      }
    }
  });

  it('are not missed at a login, at either door', async () => {
    await add('edge', { email: 'edge@example.com' });
    for (const blank of BLANKS) {
      const answers = [await logIn(`${blank}edge${blank}`), await logInByEmail(`${blank}edge@example.com${blank}`)];
      expect([blank, ...answers.map(({ status }) => status)]).toEqual([blank, 200, 200]);
    }
  });
});

describe('What a reader does not see is in no name', () => {
  const HIDDEN = [
    ...['\0', '\u001b', '\u007f', '\u0085', '\u009b', '\u009d', '\u00a0', '\u00ad', '\u034f', '\u061c', '\u115f'],
    ...['\u180e', '\u2003', '\u200b', '\u200c', '\u200d', '\u200e', '\u2028', '\u202e', '\u2060', '\u2066', '\u2800'],
    ...['\u3000', '\u3164', '\ue000', '\ufe0f', '\ufeff', '\uffa0', '\ufffd', '\uffff', '\u{e0041}', '\u{f0000}'],
  ];

  const codeOf = (sign: string): string => sign.codePointAt(0)?.toString(16) ?? '';

  it.each(['username', 'email', 'firstname', 'lastname', 'roles'])('of a user: %s', async (field) => {
    for (const sign of HIDDEN) {
      const value = field === 'email' ? `jo${sign}hn@example.com` : `jo${sign}hn`;
      const { status, body } = await add(`hidden${++count}`, { [field]: field === 'roles' ? [value] : value });
      expect([codeOf(sign), status, body.details]).toEqual([codeOf(sign), 400, [expect.objectContaining({ field })]]);
    }
  });

  it.each(['name', 'scopes'])('of an auth header: %s', async (field) => {
    for (const sign of HIDDEN) {
      const value = field === 'scopes' ? [`pro${sign}d`] : `pro${sign}d`;
      const { status, body } = await client.post('/authheader/add', { name: 'prod', [field]: value }, jwt);
      expect([codeOf(sign), status, body.details]).toEqual([codeOf(sign), 400, [expect.objectContaining({ field })]]);
    }
    for (const name of [' ', ' prod', 'prod ']) {
      expect((await client.post('/authheader/add', { name }, jwt)).status).toBe(400);
    }
  });

  it('but what writing needs is', async () => {
    for (const name of [
      'അനില\u0d4d\u200d',
      'علی\u200cرضا قاسمی',
      'क्\u200dष',
      'Ångström മീര',
      'deploy ⚙\ufe0f',
      '👩🏽\u200d💻',
    ]) {
      const { status, body } = await add(`${name} ${++count}`, { firstname: name, lastname: name });
      expect([name, status, body.Firstname]).toEqual([name, 200, name]);
      expect((await client.addAuthHeader(jwt, { name })).name).toBe(name);
    }
  });

  it('and a name that becomes too long where it is compared is too long', async () => {
    expect((await add('ﷺ'.repeat(6))).status).toBe(400);
    expect((await add('ß'.repeat(51))).status).toBe(400);
    expect((await add('ß'.repeat(50))).status).toBe(200);
  });
});

describe('An id in capitals is the same id', () => {
  it('of a user', async () => {
    const { body } = await add('capital');
    const id = body.Id.toUpperCase();
    expect((await ask('update', { id, firstname: 'C' })).body).toMatchObject({ Id: body.Id, Firstname: 'C' });
    for (const action of ['disable', 'enable', 'unlock', 'reset', 'delete']) {
      expect([action, (await ask(action, { id })).status]).toEqual([action, 200]);
    }
    for (const name of ['userId', 'target']) {
      const events = (wanted: string) => client.get<unknown[]>(`/audit/list?${name}=${wanted}`, jwt);
      expect((await events(id)).body).toEqual((await events(body.Id)).body);
    }
    expect((await client.get<unknown[]>(`/audit/list?target=${id}`, jwt)).body.length).toBeGreaterThanOrEqual(6);
  });

  it('of a session', async () => {
    const other = await client.logIn();
    const { body } = await client.get<{ Id: string; Current: boolean }[]>('/user/sessions', other);
    const id = body.find(({ Current }) => Current)?.Id.toUpperCase();
    expect((await client.post('/user/sessions/end', { id }, jwt)).status).toBe(200);
    expect((await client.get('/user/me', other)).status).toBe(401);
  });

  it('of a session that is none, in the form of any id', async () => {
    const unknown = await client.post('/user/sessions/end', { id: '12345678-1234-1234-1234-123456789ABC' }, jwt);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
  });

  it('of an auth header', async () => {
    const { id } = await client.addAuthHeader(jwt);
    expect((await client.post('/authheader/rotate', { text: id.toUpperCase() }, jwt)).status).toBe(200);
    expect((await client.post('/authheader/delete', { text: id.toUpperCase() }, jwt)).status).toBe(200);
  });

  it('of a page', async () => {
    for (const path of ['/user/list', '/audit/list']) {
      const { headers } = await client.get(`${path}?limit=1`, jwt);
      const next = /<([^>]*)>/.exec(headers.get('link') ?? '')?.[1] ?? '';
      const [lower, upper] = [
        await client.get<unknown[]>(next, jwt),
        await client.get<unknown[]>(
          next.replace(/cursor=.*/, (cursor) => cursor.toUpperCase().replace('CURSOR', 'cursor')),
          jwt,
        ),
      ];
      expect(lower.body.length).toBe(1);
      expect(upper.body).toEqual(lower.body);
    }
  });
});

it('The administrator of the first start logs in as everybody does', async () => {
  expect(
    (await client.post('/user/login', { username: ` ${ADMIN.username.toUpperCase()} `, password: ADMIN.password }))
      .status,
  ).toBe(200);
});
