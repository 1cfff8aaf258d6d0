import { run, runJson } from './support/command-line.js';
import { type ManagedUser, newAddress } from './support/client.js';
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

describe('The command line', () => {
  it('adds a service account, and says that it has no password', async () => {
    const added = await runJson<Added>(server, ['user', 'add', '--service', '--username', 'by-command', '--role', 'x']);
    expect(added).toMatchObject({ Username: 'by-command', Kind: 'service', Roles: ['x'] });
    expect(added).not.toHaveProperty('InitialPassword');
    const reset = await run(server, ['user', 'reset', 'by-command']);
    expect([reset.code, reset.stderr]).toEqual([1, expect.stringContaining('which has no password')]);
  });

  it.each([
    [['--service', '--password-stdin'], 'A service account has no password'],
    [[], 'Give --email, or --service'],
  ])('says what is wrong with %j', async (options, complaint) => {
    const { code, stderr } = await run(server, ['user', 'add', '--username', 'wrong', ...options]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });
});
