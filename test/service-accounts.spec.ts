import { run, runJson } from './support/command-line.js';
import { type AuthHeaderAnswer, type ManagedUser, newAddress } from './support/client.js';
import { ADMIN, BEHIND_PROXY } from './support/server.js';
import { useServer } from './support/use-server.js';

type Added = ManagedUser & { Kind?: string; InitialPassword?: string };

const FAR_OFF = '2099-06-15T18:30:00Z';

const { server, client, database } = useServer({ env: BEHIND_PROXY });
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

const ask = <T = Added>(path: string, body: object, credential = jwt) => client.post<T>(path, body, credential);
/** Each time from an address of its own, so that no limit on wrong passwords comes between. */
const anybody = () => client.from(newAddress());

async function addService(username: string, more: object = {}): Promise<Added> {
  const { status, body, text } = await ask('/user/add', { username, kind: 'service', ...more });
  if (status !== 200) throw new Error(text);
  return body;
}

describe('A service account', () => {
  it('is added without a password and an e-mail address, and administrators see its kind', async () => {
    const body = await addService('nightly-backup', { roles: ['backup'], firstname: 'Nightly' });
    expect(body).toMatchObject({ Username: 'nightly-backup', Roles: ['backup'], Enabled: true, Kind: 'service' });
    expect(body.Email).toMatch(/^[\da-f-]{36}@service\.invalid$/);
    for (const field of ['InitialPassword', 'PasswordExpiration']) expect(body).not.toHaveProperty(field);
    expect((await addService('mailing', { email: 'mailing@example.com' })).Email).toBe('mailing@example.com');
    const { body: person } = await ask('/user/add', { username: 'a-person', email: 'p@example.com', kind: 'person' });
    expect(person).not.toHaveProperty('Kind');
    expect(person).toHaveProperty('InitialPassword');
    const { body: listed } = await client.get<Added[]>('/user/list?search=nightly-backup', jwt);
    expect(listed).toEqual([body]);
  });

  it.each<[string, object]>([
    ['password', { kind: 'service', password: 'a quieter place to read' }],
    ['passwordExpires', { kind: 'service', passwordExpires: FAR_OFF }],
    ['kind', { kind: 'robot' }],
    ['kind', { kind: null }],
    ['email', { kind: 'service', email: 'nobody' }],
    ['email', { kind: 'service', email: null }],
    ['email', { kind: 'person', email: undefined }],
    ['email', { email: undefined }],
  ])('is not added with a wrong %s: %j', async (field, body) => {
    const { status, body: told } = await ask('/user/add', { username: 'wrong', email: 'wrong@example.com', ...body });
    expect([status, told]).toMatchObject([400, { code: 'invalid_fields', details: [{ field }] }]);
  });

  it('keeps its kind, and is changed otherwise like a person', async () => {
    const { Id: id } = await addService('changing');
    const refused = await ask('/user/update', { id, kind: 'person' });
    expect([refused.status, refused.body]).toMatchObject([400, { details: [{ field: 'kind' }] }]);
    const changed = await ask('/user/update', { id, username: 'changed', email: 'changed@example.com', roles: ['x'] });
    expect(changed.body).toMatchObject({ Username: 'changed', Email: 'changed@example.com', Roles: ['x'] });
    for (const passwordExpires of [FAR_OFF, null]) {
      const { status, body } = await ask('/user/update', { id, passwordExpires });
      expect([status, body]).toMatchObject([400, { details: [{ field: 'passwordExpires' }] }]);
    }
    for (const action of ['disable', 'enable', 'unlock', 'delete']) {
      expect([action, (await ask(`/user/${action}`, { id })).status]).toEqual([action, 200]);
    }
  });

  it('is answered at both login routes, and for a change of its password, like a user who does not exist', async () => {
    const { Id: id } = await addService('closed', { email: 'closed@example.com' });
    // Even if a hash got there that somebody knows the password of.
    const known = `(SELECT password_hash FROM "user" WHERE username_key = 'admin')`;
    await database.query(`UPDATE "user" SET password_hash = ${known} WHERE id = ?`, id);
    const { password } = ADMIN;
    const attempts = (name: string) =>
      [
        ['/user/login', { username: name, password }],
        ['/en/api/v1/accounts/login', { account: { email: `${name}@example.com`, password } }],
        ['/user/password', { username: name, password, newPassword: 'a quieter place to read' }],
        ['/user/password', { email: `${name}@example.com`, password, newPassword: 'a quieter place to read' }],
      ] as const;
    const [ofService, ofNobody] = [attempts('closed'), attempts('nobody')];
    for (const [index, [path, body]] of ofService.entries()) {
      const refused = await anybody().post(path, body);
      const unknown = await anybody().post(path, ofNobody[index]?.[1] ?? {});
      expect([path, refused.status, refused.text]).toEqual([path, 401, unknown.text]);
    }
    const reset = await ask('/user/reset', { id });
    expect([reset.status, reset.body]).toMatchObject([400, { details: [{ field: 'id' }] }]);
  });

  it('does not count as the last administrator, since it cannot log in', async () => {
    await addService('root-service', { roles: ['admin'] });
    const [admin] = await database.query<{ id: string }>(`SELECT id FROM "user" WHERE username_key = 'admin'`);
    for (const [path, body] of [
      ['/user/update', { id: admin?.id, roles: [] }],
      ['/user/disable', { id: admin?.id }],
      ['/user/delete', { id: admin?.id }],
    ] as const) {
      const { status, body: told } = await ask<{ code: string }>(path, body);
      expect([path, status, told.code]).toEqual([path, 409, 'last_administrator']);
    }
  });
});

describe('The auth headers of a service account', () => {
  const mask = (token: string): string => `${token.slice(0, 7)}…${token.slice(-4)}`;
  const statusOf = async (token: string, path = '/user/me') => (await client.get(path, token)).status;
  const add = (body: object, credential = jwt) =>
    ask<AuthHeaderAnswer>('/authheader/add', { name: 'a', ...body }, credential);
  const listed = async (owner: string) => (await client.get<AuthHeaderAnswer[]>(`/authheader/list?${owner}`, jwt)).body;
  let service: Added;
  let person: { id: string; jwt: string };

  beforeAll(async () => {
    service = await addService('robot', { roles: ['editor'] });
    person = { id: await database.addUser('nina'), jwt: await client.logIn('nina') };
  });

  it('are made, listed, rotated, changed and deleted by an administrator, who sees each token once', async () => {
    const expires = FAR_OFF;
    const made = (await add({ userId: service.Id, expires, scopes: ['orders:read'] })).body;
    expect(made.token).toMatch(/^ep_[0-9A-Za-z]{36}$/);
    const { body: me } = await client.get('/user/me', made.token);
    expect(me).toMatchObject({ Id: service.Id, Username: 'robot', Roles: ['editor'] });
    expect(me).not.toHaveProperty('PasswordExpiration');
    const masked = { id: made.id, token: mask(made.token), expires, scopes: ['orders:read'] };
    expect(await listed('username=ROBOT')).toMatchObject([masked]);
    expect(await listed(`userId=${service.Id.toUpperCase()}`)).toMatchObject([masked]);
    const [row] = await database.query<{ sealed_token: string | null }>(
      'SELECT sealed_token FROM auth_header WHERE id = ?',
      made.id,
    );
    expect(row?.sealed_token).toBeNull();

    const rotation = { text: made.id, overlapSeconds: 600, username: 'robot' };
    const rotated = (await ask<AuthHeaderAnswer>('/authheader/rotate', rotation)).body;
    expect([await statusOf(made.token), await statusOf(rotated.token)]).toEqual([200, 200]);

    const change = { text: made.id, userId: service.Id, scopes: ['x', 'authheader:manage'], expires: null };
    const changed = (await ask<AuthHeaderAnswer>('/authheader/update', change)).body;
    expect(changed).toMatchObject({ token: mask(rotated.token), scopes: ['x', 'authheader:manage'] });
    expect(changed).not.toHaveProperty('expires');

    const deletion = await ask('/authheader/delete', { text: mask(rotated.token), username: 'robot' });
    expect([deletion.status, deletion.body]).toEqual([200, { message: 'Success' }]);
    expect([await statusOf(made.token), await statusOf(rotated.token)]).toEqual([401, 401]);
    expect(await listed('username=robot')).toEqual([]);

    const { body: events } = await client.get<{ action: string; detail: string; username: string }[]>(
      `/audit/list?target=${made.id}`,
      jwt,
    );
    expect(events.map(({ action, detail, username }) => [action, detail, username])).toEqual([
      ['authheader.delete', 'a, of robot', 'admin'],
      ['authheader.update', 'of robot, no expiry, scopes x authheader:manage', 'admin'],
      ['authheader.rotate', 'overlap 600 s, of robot', 'admin'],
      ['authheader.add', 'a, of robot', 'admin'],
    ]);
  });

  it('have the scope admin only where the service account has the role', async () => {
    const refused = await add({ userId: service.Id, scopes: ['admin'] });
    expect([refused.status, refused.body]).toMatchObject([400, { details: [{ field: 'scopes' }] }]);
    const { body: bare } = await add({ userId: service.Id });
    const widened = await ask('/authheader/update', { text: bare.id, userId: service.Id, scopes: ['admin'] });
    expect([widened.status, widened.body]).toMatchObject([400, { details: [{ field: 'scopes' }] }]);
    const { Id: userId } = await addService('root-robot', { roles: ['admin'] });
    const { body } = await add({ userId, scopes: ['admin'] });
    expect(await statusOf(body.token, '/user/list')).toBe(200);
  });

  it('end with it being disabled, and none is made until it is enabled', async () => {
    const { Id: id } = await addService('paused');
    const { body } = await add({ userId: id });
    expect(await statusOf(body.token)).toBe(200);
    await ask('/user/disable', { id });
    expect(await statusOf(body.token)).toBe(401);
    const refused = await add({ userId: id });
    expect([refused.status, refused.body]).toMatchObject([400, { details: [{ field: 'userId' }] }]);
    await ask('/user/enable', { id });
    expect([await statusOf(body.token), (await add({ userId: id })).status]).toEqual([401, 200]);
  });

  it('are not to be had by anybody else, who is told nothing of it', async () => {
    const { body: target } = await add({ userId: service.Id, scopes: ['orders:read'] });
    const { body: administering } = await add({ scopes: ['admin', 'authheader:manage', 'orders:read'] });
    const { body: managing } = await add({ userId: service.Id, scopes: ['authheader:manage', 'orders:read'] });
    for (const credential of [person.jwt, administering.token, managing.token]) {
      for (const [field, value] of [
        ['userId', service.Id],
        ['username', 'robot'],
        ['username', 'nobody'],
      ] as const) {
        const complaint = { details: [{ field, message: 'is for the JWT of an administrator only' }] };
        for (const [action, body] of [
          ['add', { name: 'a' }],
          ['rotate', { text: target.id }],
          ['update', { text: target.id, name: 'b' }],
          ['delete', { text: target.id }],
        ] as const) {
          const { status, body: told } = await ask(`/authheader/${action}`, { ...body, [field]: value }, credential);
          expect([action, status, told]).toMatchObject([action, 400, complaint]);
        }
        const { status, body: told } = await client.get(`/authheader/list?${field}=${value}`, credential);
        expect([status, told]).toMatchObject([400, complaint]);
      }
    }
    expect(await statusOf(target.token)).toBe(200);
  });

  it.each<[string, object]>([
    ['userId', { userId: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d' }],
    ['userId', { userId: 'robot' }],
    ['userId', { userId: null }],
    ['username', { username: 'nobody' }],
    ['username', { username: '' }],
  ])('are asked for by a user there is: a wrong %s is named: %j', async (field, owner) => {
    const { status, body } = await add(owner);
    expect([status, body]).toMatchObject([400, { code: 'invalid_fields', details: [{ field }] }]);
  });

  it('are asked for by one name', async () => {
    const { status, body } = await add({ userId: service.Id, username: 'robot' });
    expect([status, body]).toMatchObject([400, { details: [{ field: 'userId' }, { field: 'username' }] }]);
  });

  it('stay within the bounds of one that makes another for its own service account', async () => {
    const bounds = { scopes: ['authheader:manage'], expires: FAR_OFF };
    const { body: manager } = await add({ userId: service.Id, ...bounds });
    const { body: child } = await add({}, manager.token);
    expect(child.expires).toBe(FAR_OFF);
    expect((await add({ scopes: ['x'] }, manager.token)).status).toBe(403);
    const { body } = await client.get<{ Id: string }>('/user/me', child.token);
    expect(body.Id).toBe(service.Id);
  });
});

describe('The auth headers of a person', () => {
  it('are listed, narrowed and deleted by an administrator, who gets no token that speaks for the person', async () => {
    const username = 'olga';
    await database.addUser(username);
    const own = await client.logIn(username);
    const bounds = { scopes: ['orders:read', 'x'], expires: FAR_OFF };
    const made = await client.addAuthHeader(own, { name: 'a', ...bounds });
    const { body: seen, text } = await client.get<AuthHeaderAnswer[]>(`/authheader/list?username=${username}`, jwt);
    expect(seen).toMatchObject([{ id: made.id }]);
    expect(text).not.toContain(made.token);

    const update = (change: object) => ask('/authheader/update', { text: made.id, username, ...change });
    for (const [path, body] of [
      ['/authheader/add', { name: 'b' }],
      ['/authheader/rotate', { text: made.id }],
      ['/authheader/update', { text: made.id, scopes: ['orders:read', 'y'] }],
      ['/authheader/update', { text: made.id, expires: null }],
      ['/authheader/update', { text: made.id, expires: '2100-01-01T00:00:00Z' }],
    ] as const) {
      const { status, body: told } = await ask(path, { ...body, username });
      expect([path, status, told]).toMatchObject([path, 400, { details: [{ field: 'username' }] }]);
    }
    const narrower = { scopes: ['x'], allowedIps: ['192.0.2.0/24'], expires: '2098-01-01T00:00:00Z', name: 'b' };
    expect((await update(narrower)).body).toMatchObject(narrower);
    expect((await update({ allowedIps: ['192.0.0.0/16'] })).status).toBe(400);
    expect((await client.from('192.0.2.7').get('/user/me', made.token)).status).toBe(200);
    expect((await ask('/authheader/delete', { text: made.id, username })).status).toBe(200);
    expect((await client.from('192.0.2.7').get('/user/me', made.token)).status).toBe(401);
    const gone = await ask<{ message: string }>('/authheader/delete', { text: made.id, username });
    expect([gone.status, gone.body.message]).toEqual([404, 'There is no such auth header.']);
  });

  it('are their own, where an administrator is named by the own id', async () => {
    const { body: me } = await client.get<{ Id: string }>('/user/me', jwt);
    const { status, body } = await ask<AuthHeaderAnswer>('/authheader/add', { name: 'own', userId: me.Id });
    expect(status).toBe(200);
    const { body: rows } = await client.get<AuthHeaderAnswer[]>('/authheader/list?username=admin', jwt);
    expect(rows.find(({ id }) => id === body.id)?.token).toBe(body.token);
  });
});

describe('The command line', () => {
  it('adds a service account, and says that it has no password', async () => {
    const added = await runJson<Added>(server, ['user', 'add', '--service', '--username', 'by-command', '--role', 'x']);
    expect(added).toMatchObject({ Username: 'by-command', Kind: 'service', Roles: ['x'] });
    expect(added).not.toHaveProperty('InitialPassword');
    const reset = await run(server, ['user', 'reset', 'by-command']);
    expect([reset.code, reset.stderr]).toEqual([1, expect.stringContaining('which has no password')]);
  });

  it('makes and rotates an auth header of one, and prints the token once', async () => {
    await addService('commanded');
    const options = ['--scope', 'x', '--expires', FAR_OFF, '--allowed-ip', '::1', '--allowed-ip', '127.0.0.1'];
    const added = await runJson<AuthHeaderAnswer>(server, ['authheader', 'add', 'commanded', 'nightly', ...options]);
    expect(added).toMatchObject({ name: 'nightly', scopes: ['x'], expires: FAR_OFF, username: 'commanded' });
    expect((await client.get('/user/me', added.token)).body).toMatchObject({ Username: 'commanded' });
    const { stdout } = await run(server, ['authheader', 'rotate', 'commanded', added.id, '--overlap-seconds', '600']);
    const token = /^Token, shown only once: (ep_\w{36})$/m.exec(stdout)?.[1] ?? '';
    expect([await client.get('/user/me', token), await client.get('/user/me', added.token)]).toMatchObject([
      { status: 200 },
      { status: 200 },
    ]);
    const refused = await run(server, ['authheader', 'add', 'admin', 'nightly']);
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([
      1,
      '',
      expect.stringContaining('must be a service account'),
    ]);
  });

  it.each([
    [['--service', '--password-stdin'], 'A service account has no password'],
    [[], 'Give --email, or --service'],
    [['--service', '--email', ''], '--email must be an e-mail address'],
  ])('says what is wrong with %j', async (options, complaint) => {
    const { code, stderr } = await run(server, ['user', 'add', '--username', 'wrong', ...options]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });
});
