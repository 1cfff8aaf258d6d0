import { DAY_MS } from '../src/config/time.js';
import { type AuthHeaderAnswer, Client, newAddress } from './support/client.js';
import { BEHIND_PROXY, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const FAR_OFF = '2099-06-15T18:30:00Z';
const UNKNOWN_ID = '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d';

const mask = (token: string): string => `${token.slice(0, 7)}…${token.slice(-4)}`;

const { client, database } = useServer({ env: BEHIND_PROXY });
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

const make = (body: object = {}, credential = jwt) => client.addAuthHeader(credential, { name: 'a', ...body });
const rotate = (text: string, overlapSeconds?: unknown, credential = jwt) =>
  client.post<AuthHeaderAnswer>('/authheader/rotate', { text, overlapSeconds }, credential);
const statusOf = async (token: string, from = client) => (await from.get('/user/me', token)).status;
const statusesOf = (...tokens: string[]) => Promise.all(tokens.map((token) => statusOf(token)));
const listed = async (id: string) =>
  (await client.get<AuthHeaderAnswer[]>('/authheader/list', jwt)).body.filter((one) => one.id === id);

describe('Rotating an auth header', () => {
  it('gives it a new token and leaves the rest; without an overlap the old one is refused at once', async () => {
    const old = await make({ expires: FAR_OFF, scopes: ['orders:read'], allowedIps: ['127.0.0.0/8'] });
    const { status, body } = await rotate(old.token);
    expect(status).toBe(200);
    expect(body).toEqual({ ...old, token: expect.stringMatching(/^ep_[0-9A-Za-z]{36}$/) as string });
    expect(body.token).not.toBe(old.token);
    expect(await statusesOf(old.token, body.token)).toEqual([401, 200]);
    expect(await listed(old.id)).toEqual([expect.objectContaining({ ...old, token: body.token })]);
  });

  it('leaves the old token good for the overlap, and not a moment longer', async () => {
    const old = await make();
    const { token } = (await rotate(old.token, 600)).body;
    expect(await statusesOf(old.token, token)).toEqual([200, 200]);
    const [row] = await database.query<{ previous_token_expires: string }>(
      'SELECT previous_token_expires FROM auth_header WHERE id = ?',
      old.id,
    );
    expect(Math.abs(Date.parse(row?.previous_token_expires ?? '') - Date.now() - 600_000)).toBeLessThan(10_000);
    const justNow = new Date(Date.now() - 1).toISOString();
    await database.query('UPDATE auth_header SET previous_token_expires = ? WHERE id = ?', justNow, old.id);
    expect(await statusesOf(old.token, token)).toEqual([401, 200]);
  });

  it('lets no token outlive the auth header, whatever the overlap', async () => {
    const old = await make({ expires: FAR_OFF });
    const { token } = (await rotate(old.token, 2_592_000)).body;
    await database.query('UPDATE auth_header SET expires = ? WHERE id = ?', LONG_AGO, old.id);
    expect(await statusesOf(old.token, token)).toEqual([401, 401]);
    expect((await rotate(old.id)).status).toBe(404);
  });

  it('leaves one token before the last good at most', async () => {
    const first = await make();
    const second = (await rotate(first.token, 600)).body;
    const third = (await rotate(second.token, 600)).body;
    expect(await statusesOf(first.token, second.token, third.token)).toEqual([401, 200, 200]);
    const fourth = (await rotate(third.token, 0)).body;
    expect(await statusesOf(second.token, third.token, fourth.token)).toEqual([401, 401, 200]);
  });

  it('ends with its deletion, overlap or not', async () => {
    const old = await make();
    const { token } = (await rotate(old.token, 600)).body;
    expect((await client.post('/authheader/delete', { text: token }, jwt)).status).toBe(200);
    expect(await statusesOf(old.token, token)).toEqual([401, 401]);
  });

  it.each([-1, 2_592_001, 1.5, '600', null, true, [600]])('refuses an overlap of %j seconds', async (overlap) => {
    const { token } = await make();
    const { status, body } = await rotate(token, overlap);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_fields', details: [{ field: 'overlapSeconds' }] });
    expect(await statusOf(token)).toBe(200);
  });

  it('has one successor when asked for many times at once', async () => {
    const { id, token } = await make();
    const answers = await Promise.all(Array.from({ length: 12 }, () => rotate(token, 600)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(11).fill(404)]);
    const successor = answers.find(({ status }) => status === 200)?.body.token ?? '';
    expect(await statusesOf(token, successor)).toEqual([200, 200]);
    expect(await listed(id)).toEqual([expect.objectContaining({ token: successor })]);
  });

  it.each<[string, (made: AuthHeaderAnswer) => string]>([
    ['id', ({ id }) => id],
    ['masked form', ({ token }) => mask(token)],
  ])('takes the %s as well', async (_, nameOf) => {
    const made = await make();
    const { token } = (await rotate(nameOf(made))).body;
    expect(await statusesOf(made.token, token)).toEqual([401, 200]);
  });

  it("answers somebody else's like one that does not exist, and leaves it alone", async () => {
    const made = await make();
    await database.addUser('oleg', ['admin']);
    const other = await client.logIn('oleg');
    const unknown = await rotate(UNKNOWN_ID, 0, other);
    expect(unknown.status).toBe(404);
    for (const text of [made.token, made.id, mask(made.token)]) {
      const answer = await rotate(text, 0, other);
      expect([answer.status, answer.text]).toEqual([404, unknown.text]);
    }
    expect(await statusOf(made.token)).toBe(200);
  });

  it('takes authheader:manage of an auth header, which may rotate none that may do more than itself', async () => {
    const { token: bare } = await make();
    const { token: managing } = await make({ scopes: ['authheader:manage', 'orders:read'] });
    const less = await make({ scopes: ['orders:read'] });
    const more = await make({ scopes: ['orders:read', 'admin'] });
    expect((await rotate(less.id, 0, bare)).status).toBe(403);
    expect((await rotate(less.id, 0, managing)).status).toBe(200);
    const refused = await rotate(more.id, 0, managing);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      403,
      'Bearer realm="elastic-personas", error="insufficient_scope", scope="admin"',
    ]);
    expect(await statusOf(more.token)).toBe(200);
    const itself = await rotate(managing, 0, managing);
    expect(await statusesOf(managing, itself.body.token)).toEqual([401, 200]);
  });
});

describe('Changing an auth header', () => {
  const change = (text: string, body: object, credential = jwt) =>
    client.post<AuthHeaderAnswer>('/authheader/update', { text, ...body }, credential);

  it('changes what is given and leaves the rest, and the token', async () => {
    const made = await make({ expires: FAR_OFF, scopes: ['orders:read'], allowedIps: ['127.0.0.0/8'] });
    const later = '2098-01-01T00:00:00Z';
    let expected = made;
    for (const body of [
      { name: 'renamed' },
      { scopes: ['orders:write', 'admin'] },
      { allowedIps: ['127.0.0.1', '::1'] },
      { expires: later },
      { rateLimit: { limit: 900, windowSeconds: 60 } },
      { name: 'b', scopes: [], expires: FAR_OFF },
    ]) {
      const { status, body: told } = await change(made.id, body);
      expected = { ...expected, ...body };
      expect([status, told]).toEqual([200, expected]);
    }
    expect(await listed(made.id)).toEqual([expected]);
    expect(await statusOf(made.token)).toBe(200);
    const bare = await change(made.token, { expires: null, allowedIps: [], rateLimit: null });
    for (const field of ['expires', 'allowedIps', 'rateLimit']) expect(bare.body).not.toHaveProperty(field);
  });

  it('takes away at once, and tells the other servers in the same transaction', async () => {
    const { id, token } = await make({ scopes: ['authheader:manage'] });
    const add = () => client.post('/authheader/add', { name: 'child' }, token);
    expect((await add()).status).toBe(200);
    const [before] = await database.query<{ n: number }>(
      'SELECT COUNT(*) AS n FROM revocation WHERE subject_id = ?',
      id,
    );
    await change(id, { scopes: ['orders:read'] });
    expect((await add()).status).toBe(403);
    await change(id, { allowedIps: ['192.0.2.7'] });
    expect([await statusOf(token), await statusOf(token, client.from('192.0.2.7'))]).toEqual([403, 200]);
    const [after] = await database.query<{ n: number }>(
      'SELECT COUNT(*) AS n FROM revocation WHERE subject_id = ?',
      id,
    );
    expect(Number(after?.n) - Number(before?.n)).toBe(2);
    const { body } = await client.get<{ action: string; detail: string }[]>(`/audit/list?target=${id}`, jwt);
    const changes = body.filter(({ action }) => action !== 'credential.refuse');
    expect(changes.map(({ action, detail }) => [action, detail])).toEqual([
      ['authheader.update', 'allowed addresses'],
      ['authheader.update', 'scopes orders:read'],
      ['authheader.add', 'a'],
    ]);
  });

  it('records a long change in part', async () => {
    const { id } = await make();
    const scopes = Array.from({ length: 50 }, (_, n) => `${n}`.padStart(64, 'x'));
    expect((await change(id, { scopes, expires: null })).status).toBe(200);
    const { body } = await client.get<{ detail: string }[]>(`/audit/list?target=${id}&limit=1`, jwt);
    expect(body[0]?.detail).toMatch(/^no expiry, scopes x+0 x+1 /);
  });

  it.each<[string, object]>([
    ['rateLimit', {}],
    ['name', { name: '' }],
    ['name', { name: null }],
    ['expires', { expires: '2020-01-01T00:00:00Z' }],
    ['expires', { expires: 'never' }],
    ['scopes', { scopes: null }],
    ['scopes', { scopes: ['a', 'a'] }],
    ['allowedIps', { allowedIps: ['192.0.2.256'] }],
    ['token', { name: 'b', token: 'ep_x' }],
  ])('names %s where it is wrong, and changes nothing: %j', async (field, body) => {
    const made = await make();
    const { status, body: told } = await change(made.id, body);
    expect([status, told]).toMatchObject([400, { code: 'invalid_fields', details: [{ field }] }]);
    expect(await listed(made.id)).toEqual([made]);
  });

  it("answers somebody else's, and one that has expired, like one that does not exist", async () => {
    const unknown = await change(UNKNOWN_ID, { name: 'b' });
    expect(unknown.status).toBe(404);
    await database.addUser('olga');
    const { id: others } = await make({}, await client.logIn('olga'));
    const { id: over } = await make();
    await database.query('UPDATE auth_header SET expires = ? WHERE id = ?', LONG_AGO, over);
    for (const id of [others, over]) {
      const { status, text } = await change(id, { name: 'b', expires: FAR_OFF });
      expect([status, text]).toEqual([404, unknown.text]);
    }
  });

  it('loses none of the changes that are made at once', async () => {
    const { id } = await make();
    const changes = [{ name: 'b' }, { scopes: ['x'] }, { allowedIps: ['127.0.0.1'] }, { expires: FAR_OFF }];
    const answers = await Promise.all(changes.map((body) => change(id, body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await listed(id)).toMatchObject([Object.assign({}, ...changes)]);
  });
});

describe('AUTHHEADER_REVEAL=once', () => {
  it('shows a token when it is rotated, and keeps nothing to read it from', async () => {
    const once = await startServer({ env: { AUTHHEADER_REVEAL: 'once' } });
    const owner = await Client.of(once);
    const credential = await owner.logIn();
    const { id } = await owner.addAuthHeader(credential);
    const { token } = (await owner.post<AuthHeaderAnswer>('/authheader/rotate', { text: id }, credential)).body;
    expect((await owner.get('/user/me', token)).status).toBe(200);
    const { body } = await owner.get<AuthHeaderAnswer[]>('/authheader/list', credential);
    expect(body.map((one) => one.token)).toEqual([mask(token)]);
    await once.stop();
  });
});

describe('An auth header bound to addresses', () => {
  const at = (address: string) => client.from(address);

  it('is refused from everywhere else, on every route, and its owner’s JWT from nowhere', async () => {
    const { token } = await make({ allowedIps: ['192.0.2.0/24'], scopes: ['admin', 'authheader:manage'] });
    for (const path of ['/user/me', '/authheader/list', '/user/list', '/audit/list', '/user/sessions']) {
      const { status, body } = await at('198.51.100.1').get(path, token);
      expect([path, status, body.code]).toEqual([path, 403, 'address_not_allowed']);
    }
    const added = await at('198.51.100.1').post('/authheader/add', { name: 'a' }, token);
    expect([added.status, added.body.code]).toEqual([403, 'address_not_allowed']);
    expect((await at('192.0.2.7').post('/authheader/add', { name: 'a' }, token)).status).toBe(200);
    expect(await statusOf(jwt, at('198.51.100.1'))).toBe(200);
  });

  it.each([
    ['192.0.2.0/24', '192.0.2.255', 200],
    ['192.0.2.0/24', '192.0.3.0', 403],
    ['192.0.2.7', '192.0.2.7', 200],
    ['192.0.2.7', '::ffff:192.0.2.7', 200],
    ['192.0.2.7', '192.0.2.8', 403],
    ['0.0.0.0/0', '198.51.100.1', 200],
    ['0.0.0.0/0', '2001:db8::1', 403],
    ['2001:db8:0:7::/64', '2001:DB8:0:7:ffff::1', 200],
    ['2001:db8:0:7::/64', '2001:db8:0:8::1', 403],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1', 200],
    ['::/0', '2001:db8::1', 200],
  ])('%s, from %s: %i', async (network, address, status) => {
    const { token, allowedIps } = await make({ allowedIps: ['203.0.113.9', network] });
    expect(allowedIps).toEqual(['203.0.113.9', network]);
    expect(await statusOf(token, at(address))).toBe(status);
  });

  it('is refused where the address cannot be read', async () => {
    const { token } = await make({ allowedIps: ['0.0.0.0/0', '::/0'] });
    for (const address of ['unknown', '_hidden', '192.0.2', '192.0.2.7:443:443']) {
      expect([address, await statusOf(token, at(address))]).toEqual([address, 403]);
    }
  });

  it('is not fooled by a header that nobody vouches for', async () => {
    const open = await startServer();
    const owner = await Client.of(open);
    const { token } = await owner.addAuthHeader(await owner.logIn(), { name: 'a', allowedIps: ['192.0.2.7'] });
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'x-client-ip', 'cf-connecting-ip']) {
      const value = name === 'forwarded' ? 'for=192.0.2.7' : '192.0.2.7';
      const headers = { authorization: `Bearer ${token}`, [name]: value };
      expect([name, (await owner.call('GET', '/user/me', { headers })).status]).toEqual([name, 403]);
    }
    await open.stop();
  });

  it('keeps them when it is rotated', async () => {
    const { token } = await make({ allowedIps: ['192.0.2.7'] });
    const { body } = await rotate(token, 60);
    for (const one of [token, body.token]) {
      expect([await statusOf(one, at('192.0.2.7')), await statusOf(one, at(newAddress()))]).toEqual([200, 403]);
    }
  });

  it.each([
    ['192.0.2.7'],
    [['localhost']],
    [['']],
    [['192.0.2']],
    [['fe80::1%eth0']],
    [['fe80::%eth0/64']],
    [['192.0.2.7:443']],
    [['192.0.2.0/33']],
    [['192.0.2.0/-1']],
    [['192.0.2.0/']],
    [['192.0.2.0/8/8']],
    [['2001:db8::/129']],
    [['192.0.2.0/24 ']],
    [[' 192.0.2.7']],
    [[1]],
    [[null]],
    [{}],
    [Array.from({ length: 51 }, (_, index) => `192.0.2.${index}`)],
  ])('cannot be bound to %j', async (allowedIps) => {
    const { status, body } = await client.post('/authheader/add', { name: 'a', allowedIps }, jwt);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_fields', details: [{ field: 'allowedIps' }] });
  });
});

describe('AUTHHEADER_MAX_AGE_DAYS', () => {
  it('is the end of every auth header that asks for none, and the latest that one may ask for', async () => {
    const capped = await startServer({ env: { AUTHHEADER_MAX_AGE_DAYS: '30' } });
    const owner = await Client.of(capped);
    const credential = await owner.logIn();
    const add = (expires?: number) =>
      owner.post<AuthHeaderAnswer>(
        '/authheader/add',
        { name: 'a', ...(expires === undefined ? {} : { expires: new Date(expires).toISOString() }) },
        credential,
      );
    const lifeOf = ({ expires = '', created }: AuthHeaderAnswer) => Date.parse(expires) - Date.parse(created);
    expect(lifeOf((await add()).body)).toBe(30 * DAY_MS);
    expect((await add(Date.now() + 30 * DAY_MS - 60_000)).status).toBe(200);
    expect(lifeOf((await add(Date.now() + DAY_MS)).body) / DAY_MS).toBeCloseTo(1, 3);
    const { status, body } = await add(Date.now() + 30 * DAY_MS + 60_000);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid_fields',
      details: [{ field: 'expires', message: 'must be within 30 days' }],
    });
    await capped.stop();
  });
});
