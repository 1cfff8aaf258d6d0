import { type AuthHeaderAnswer, type ManagedUser, newAddress } from './support/client.js';
import { ADMIN } from './support/server.js';
import { useSharedServer } from './support/use-server.js';

/** What may be sent besides the fields of the document: the names of responses, a name where an id is, an id where `text` is. */

const UNKNOWN_ID = '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d';

type ManagedAuthHeader = AuthHeaderAnswer & { userId: string; username: string };

const { client, database } = useSharedServer();
let admin: string;
let username: string;
let id: string;

beforeAll(async () => {
  admin = await client.logIn();
  username = `Sent.Back-${newAddress()}`;
  id = await database.addUser(username, ['editor']);
});

const ask = (path: string, body: object, credential = admin) =>
  client.post<Record<string, unknown> & { details?: { field: string; message: string }[] }>(path, body, credential);
const refusedFields = async (answer: ReturnType<typeof ask>): Promise<unknown[]> => {
  const { status, body } = await answer;
  return [status, body.code, ...(body.details ?? []).map(({ field }) => field)];
};
const shown = async (): Promise<ManagedUser> => {
  const { body } = await client.get<ManagedUser[]>(`/user/list?search=${username}`, admin);
  const [user] = body;
  if (user === undefined) throw new Error('The user is not listed');
  return user;
};

describe('An entry of the list of users can be sent back to /user/update', () => {
  it('as it is, and changes nothing', async () => {
    await ask('/user/update', { id, firstname: 'Anna', passwordExpires: '2099-06-15T18:30:00Z' });
    const entry = await shown();
    const { status, body } = await ask('/user/update', entry);
    expect([status, body]).toEqual([200, entry]);
    expect(await shown()).toEqual(entry);
  });

  it('with changes, by the names of the list or by those of the request', async () => {
    const entry = await shown();
    const renamed = await ask('/user/update', { ...entry, Firstname: 'Berta', Roles: ['editor', 'author'] });
    expect(renamed.body).toEqual({ ...entry, Firstname: 'Berta', Roles: ['editor', 'author'] });
    const rest = { Firstname: entry.Firstname, id: entry.Id, lastname: 'Doe' };
    expect((await ask('/user/update', { ...entry, Lastname: 'Doe', ...rest })).body).toMatchObject({
      Firstname: entry.Firstname,
      Lastname: 'Doe',
    });
  });

  it('but not with two values for one field', async () => {
    const entry = await shown();
    expect(await refusedFields(ask('/user/update', { ...entry, firstname: 'Clara' }))).toEqual([
      400,
      'invalid_fields',
      'Firstname',
    ]);
    expect(await shown()).toEqual(entry);
  });

  it.each([
    ['enabled', { Enabled: false }],
    ['kind', { Kind: 'service' }],
    ['created', { Created: '2020-01-01T00:00:00Z' }],
  ])('but not with another value of what the call does not change: %s', async (field, change) => {
    const entry = await shown();
    expect(await refusedFields(ask('/user/update', { ...entry, ...change, Firstname: 'Dora' }))).toEqual([
      400,
      'invalid_fields',
      field,
    ]);
    expect(await shown()).toEqual(entry);
  });

  it('and a bad value is named as it was sent', async () => {
    expect(await refusedFields(ask('/user/update', { Id: id, Firstname: 5 }))).toEqual([
      400,
      'invalid_fields',
      'Firstname',
    ]);
    expect(await refusedFields(ask('/user/update', { id, password: 'x', ID: id }))).toEqual([
      400,
      'invalid_fields',
      'password',
      'ID',
    ]);
  });
});

describe('A user is named', () => {
  const calls = ['disable', 'enable', 'unlock', 'reset'];

  it.each(calls)('by the id, by the username in any letter case, or by both: /user/%s', async (call) => {
    const names = [
      { id },
      { Id: id },
      { id: id.toUpperCase() },
      { id: username },
      { username: username.toLowerCase() },
      { Username: username },
      { id, username },
      { id: username, username },
    ];
    for (const name of names) expect([name, (await ask(`/user/${call}`, name)).status]).toEqual([name, 200]);
  });

  it.each(calls)('and not by two users, none, or one that there is not: /user/%s', async (call) => {
    const refusals: [object, unknown[]][] = [
      [{ id, username: ADMIN.username }, [400, 'invalid_fields', 'username']],
      [{ id: ADMIN.username, username }, [400, 'invalid_fields', 'username']],
      [{}, [400, 'invalid_fields', 'id', 'username']],
      [{ id: '' }, [400, 'invalid_fields', 'id']],
      [{ id: 5 }, [400, 'invalid_fields', 'id']],
      [{ id: 'x'.repeat(101) }, [400, 'invalid_fields', 'id']],
      [{ id: `${username}\u0000` }, [400, 'invalid_fields', 'id']],
      [{ username: null }, [400, 'invalid_fields', 'username']],
      [{ id: 'nobody' }, [404, 'not_found']],
      [{ username: 'nobody' }, [404, 'not_found']],
      [{ username: id }, [404, 'not_found']],
      [{ id: UNKNOWN_ID, username }, [400, 'invalid_fields', 'username']],
    ];
    for (const [name, refusal] of refusals) {
      expect([name, await refusedFields(ask(`/user/${call}`, name))]).toEqual([name, refusal]);
    }
  });

  it('whose changed name is another field', async () => {
    const other = `${username}-2`;
    expect((await ask('/user/update', { id: username, username: other })).body).toMatchObject({ Username: other });
    expect((await ask('/user/update', { id: other, username })).body).toMatchObject({ Id: id, Username: username });
  });

  it('to nobody else: whether there is that name stays unknown', async () => {
    await database.addUser(`${username}-3`);
    const other = await client.logIn(`${username}-3`);
    for (const name of [ADMIN.username, 'nobody']) {
      for (const call of [...calls, 'update', 'delete']) {
        expect(await refusedFields(ask(`/user/${call}`, { id: name }, other))).toEqual([403, 'insufficient_scope']);
      }
      const owner = await ask('/authheader/add', { name: 'a', userId: name }, other);
      expect([owner.status, owner.body.details]).toEqual([
        400,
        [{ field: 'userId', message: 'is for the JWT of an administrator only' }],
      ]);
    }
  });

  it('where a list is of one user', async () => {
    await ask('/user/update', { id, firstname: 'Emma' });
    for (const name of [id, username, username.toUpperCase()]) {
      const [header] = (await client.get<ManagedAuthHeader[]>(`/authheader/all?userId=${name}&limit=1`, admin)).body;
      expect(header?.username ?? username).toBe(username);
    }
    const events = await client.get<{ userId: string }[]>(`/audit/list?userId=${ADMIN.username}&limit=5`, admin);
    expect(new Set(events.body.map(({ userId }) => userId)).size).toBe(1);
    for (const path of ['/audit/list?userId=nobody', '/authheader/all?userId=nobody']) {
      const { status, body } = await client.get<{ details: object[] }>(path, admin);
      expect([status, body.details]).toMatchObject([400, [{ field: 'userId', message: 'must be an existing user' }]]);
    }
    expect((await client.get('/authheader/all?username=nobody', admin)).status).toBe(400);
  });
});

describe('An entry of a list of auth headers can be sent back to /authheader/update', () => {
  const WHOLE = {
    name: 'whole',
    expires: '2099-01-15T10:30:42Z',
    scopes: ['orders:read'],
    allowedIps: ['10.0.0.0/8', '127.0.0.1', '::1'],
    rateLimit: { limit: 1000, windowSeconds: 60 },
  };
  const listed = async (path: string): Promise<ManagedAuthHeader> => {
    const [entry] = (await client.get<ManagedAuthHeader[]>(path, admin)).body;
    if (entry === undefined) throw new Error(`${path} is empty`);
    return entry;
  };

  it('as it is, and changes nothing', async () => {
    for (const body of [{ name: 'bare' }, WHOLE]) {
      const { id: made, token } = await client.addAuthHeader(admin, body);
      await ask('/authheader/rotate', { id: made, overlapSeconds: 600 });
      const entry = await listed('/authheader/list?limit=1');
      expect(entry.token).not.toBe(token);
      const { status, body: told } = await ask('/authheader/update', entry);
      expect([status, told]).toEqual([200, entry]);
      const [event] = (await client.get<{ action: string }[]>(`/audit/list?target=${made}&limit=1`, admin)).body;
      expect(event?.action).toBe('authheader.rotate');
    }
  });

  it("with changes, also from the administrator's list of all", async () => {
    const made = await client.addAuthHeader(admin, WHOLE);
    const entry = await listed('/authheader/all?limit=1');
    expect([entry.id, entry.userId]).toEqual([made.id, expect.any(String)]);
    const { status, body } = await ask('/authheader/update', { ...entry, name: 'other', scopes: [] });
    expect([status, body]).toEqual([200, { ...made, name: 'other', scopes: [] }]);
    const foreign = { ...entry, username };
    expect(await refusedFields(ask('/authheader/update', foreign))).toEqual([400, 'invalid_fields', 'username']);
  });

  it('and a bound that stays needs no right, while one that changes does', async () => {
    const { token } = await client.addAuthHeader(admin, { name: 'asker', scopes: ['authheader:manage'] });
    const { id: made } = await client.addAuthHeader(admin, { name: 'wide', scopes: ['orders:read'] });
    const entry = (await client.get<AuthHeaderAnswer[]>('/authheader/list', token)).body.find((one) => one.id === made);
    expect((await ask('/authheader/update', { ...entry, name: 'wider' }, token)).status).toBe(200);
    const widened = { ...entry, scopes: ['orders:read', 'orders:write'] };
    expect(await refusedFields(ask('/authheader/update', widened, token))).toEqual([403, 'insufficient_scope']);
  });

  it('but not with another token, or another time of creation', async () => {
    const made = await client.addAuthHeader(admin);
    const other = await client.addAuthHeader(admin);
    for (const [field, change] of [
      ['token', { token: other.token }],
      ['created', { created: '2020-01-01T00:00:00Z' }],
    ] as const) {
      expect(await refusedFields(ask('/authheader/update', { ...made, ...change, name: 'b' }))).toEqual([
        400,
        'invalid_fields',
        field,
      ]);
    }
  });
});

describe('An auth header is named by `id` where the document has `text`', () => {
  it.each(['rotate', 'update', 'delete', 'revoke'])('/authheader/%s', async (call) => {
    const { id: made, token } = await client.addAuthHeader(admin);
    const more = call === 'update' ? { name: 'b' } : {};
    const path = `/authheader/${call}`;
    for (const [name, refusal] of [
      [{}, [400, 'invalid_fields', 'text', 'id']],
      [{ text: token, id: made }, [400, 'invalid_fields', 'text', 'id']],
      [{ id: token }, [400, 'invalid_fields', 'id']],
      [{ id: null }, [400, 'invalid_fields', 'id']],
      [{ id: UNKNOWN_ID }, [404, 'not_found']],
    ] as const) {
      expect([name, await refusedFields(ask(path, { ...name, ...more }))]).toEqual([name, refusal]);
    }
    expect((await ask(path, { id: made.toUpperCase(), ...more })).status).toBe(200);
  });

  it("and a session by the list's `Id`", async () => {
    const session = await client.logIn();
    const [{ Id } = { Id: '' }] = (await client.get<{ Id: string }[]>('/user/sessions?limit=1', session)).body;
    expect((await ask('/user/sessions/end', { Id }, session)).status).toBe(200);
    expect((await client.get('/user/me', session)).status).toBe(401);
  });
});
