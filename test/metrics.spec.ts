import { begin, complete, enrol, passSteps } from './support/authenticator.js';
import { newAddress } from './support/client.js';
import { timeUntil } from './support/command-line.js';
import { ConsoleVisitor } from './support/console-visitor.js';
import { Scrape, WITH_METRICS } from './support/scrape.js';
import { secretsIn } from './support/secrets-in-text.js';
import { ADMIN, BEHIND_PROXY } from './support/server.js';
import { SoftwareAuthenticator } from './support/software-authenticator.js';
import { TESTED_DATABASE } from './support/tested-database.js';
import { useServer } from './support/use-server.js';

const { server, client, database } = useServer({ env: { ...WITH_METRICS, ...BEHIND_PROXY } });

/** What grows in a metric while something is done. */
async function growthOf(name: string, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await Scrape.of(server);
  await act();
  return (await Scrape.of(server)).growth(before, name);
}

// The rows are counted by the first scrape.
beforeAll(() => client.logIn());

const clientOf = (id: string, token: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`,
});

describe('The metrics count', () => {
  it('logins at each door, by how they ended', async () => {
    const { username, email, password } = ADMIN;
    const owner = client.from(newAddress());
    const { id, token } = await owner.addAuthHeader(await owner.logIn());
    const authenticator = SoftwareAuthenticator.of(server);
    await database.addUser('with-passkey');
    const jwt = await owner.logIn('with-passkey');
    const enrolment = await owner.post<{ token: string; options: never }>(
      '/user/factors/passkey',
      { name: 'Key' },
      jwt,
    );
    const passkey = authenticator.create(enrolment.body.options);
    await owner.post('/user/factors/passkey/confirm', { token: enrolment.body.token, passkey }, jwt);
    const grown = await growthOf('personas_logins_total', async () => {
      const from = client.from(newAddress());
      await from.post('/user/login', { username, password });
      await from.post('/user/login', { username, password: 'wrong' });
      await from.post('/user/login', { username: 'nobody', password });
      await from.post('/en/api/v1/accounts/login', { account: { email, password } });
      await new ConsoleVisitor(server, newAddress()).logIn();
      await new ConsoleVisitor(server, newAddress()).submit('/login', { name: username, password: 'wrong' });
      const { body } = await from.post<{ token: string; options: never }>('/user/login/passkey/options', {});
      const login = { token: body.token, passkey: authenticator.get(body.options) };
      for (let turn = 0; turn < 2; turn++) await from.post('/user/login/passkey', login);
      const grant = new URLSearchParams({ grant_type: 'client_credentials' });
      for (const secret of [token, `${token}x`])
        await from.call('POST', '/oauth/token', { headers: clientOf(id, secret), body: grant });
      // A change of a password is no login.
      await from.post('/user/password', { username, password: 'wrong', newPassword: 'another correct horse' });
    });
    expect(grown).toEqual({
      'user ok': 1,
      'user incorrect_credentials': 2,
      'accounts ok': 1,
      'console ok': 1,
      'console incorrect_credentials': 1,
      'passkey ok': 1,
      'passkey incorrect_credentials': 1,
      'token ok': 1,
      'token incorrect_credentials': 1,
    });
  });

  it('both steps of a login with a second factor, and its refusal', async () => {
    await database.addUser('with-app');
    const { app } = await enrol(client, await client.from(newAddress()).logIn('with-app'));
    await passSteps(database);
    const grown = await growthOf('personas_logins_total', async () => {
      const from = client.from(newAddress());
      const { body } = await begin(from, 'with-app', ADMIN.password);
      const { token } = body.secondFactor;
      await complete(from, token, app.wrong());
      await complete(from, token, app.code());
    });
    expect(grown).toEqual({ 'user second_factor': 1, 'user incorrect_second_factor': 1, 'user ok': 1 });
  });

  it('checks of credentials by kind, outcome and source, also those of the fast path', async () => {
    const jwt = await client.logIn();
    const plain = await client.addAuthHeader(jwt);
    const limited = await client.addAuthHeader(jwt, { name: 'limited', rateLimit: { limit: 1, windowSeconds: 3600 } });
    const bound = await client.addAuthHeader(jwt, { name: 'bound', allowedIps: ['203.0.113.7'] });
    const checks = 'personas_credential_checks_total';
    const fresh = await client.logIn();
    const grown = await growthOf(checks, async () => {
      for (const credential of [fresh, fresh, plain.token, plain.token, plain.token, bound.token])
        await client.get('/user/me', credential);
      await client.get('/user/me', bound.token);
      for (let turn = 0; turn < 3; turn++) await client.get('/user/me', limited.token);
      await client.get('/user/me');
      await client.get('/user/me', `${fresh}x`);
      await client.call('GET', '/user/me', { headers: { authorization: `Bearer ${fresh}`, 'x-api-key': plain.token } });
    });
    expect(grown).toEqual({
      'jwt ok database': 1,
      'jwt ok memory': 1,
      'jwt invalid_token database': 1,
      'auth_header ok database': 2,
      'auth_header ok memory': 2,
      'auth_header rate_limited memory': 2,
      'auth_header address_not_allowed database': 1,
      'auth_header address_not_allowed memory': 1,
      'none credential_required none': 1,
      'none two_credentials none': 1,
    });
  });

  it('requests by their route, those of the fast path by themselves', async () => {
    const jwt = await client.logIn();
    await client.get('/user/me', jwt);
    const before = await Scrape.of(server);
    for (let turn = 0; turn < 3; turn++) await client.get('/user/me', jwt);
    for (const query of ['', '?scope=a:b', '?scope=a:b']) await client.get(`/auth/verify${query}`, jwt);
    await client.get('/user/sessions?limit=1', jwt);
    await client.call('DELETE', '/authheader/9b0d2c4e-0000-4000-8000-000000000000', {});
    const after = await Scrape.of(server);
    expect(after.growth(before, 'personas_fast_path_requests_total')).toEqual({
      'GET /user/me': 3,
      // The first with a query is served the ordinary way, which teaches the fast path.
      'GET /auth/verify': 2,
    });
    expect(after.growth(before, 'http_server_request_duration_seconds_count')).toEqual({
      'GET /auth/verify 200': 1,
      'GET /user/sessions 200': 1,
      'DELETE _unknown 404': 1,
    });
  });

  it('events and revocations once they are committed', async () => {
    const before = await Scrape.of(server);
    const jwt = await client.logIn();
    const { id } = await client.addAuthHeader(jwt);
    await client.post('/authheader/delete', { text: id }, jwt);
    await client.post('/authheader/delete', { text: id }, jwt);
    await client.post('/user/logout', {}, jwt);
    const after = await Scrape.of(server);
    expect(after.growth(before, 'personas_audit_events_total')).toEqual({
      'login success': 1,
      'authheader.add success': 1,
      'authheader.delete success': 1,
      'session.end success': 1,
    });
    expect(after.growth(before, 'personas_revocations_total')).toEqual({ session: 1, auth_header: 1 });
  });
});

describe('The metrics tell', () => {
  it('what there is, and what the database takes', async () => {
    await client.logIn();
    await timeUntil(async () => (await Scrape.of(server)).find('personas_sessions_active') !== undefined);
    const scrape = await Scrape.of(server);
    expect(scrape.find('personas_sessions_active')).toBeGreaterThan(0);
    expect(scrape.find('personas_auth_headers')).toBeGreaterThanOrEqual(0);
    expect(scrape.find('personas_credentials_remembered')).toBeGreaterThanOrEqual(0);
    expect(scrape.find('personas_signing_key_age_seconds', { state: 'active' })).toBeGreaterThan(0);
    for (const name of ['query', 'write'])
      expect(scrape.find(`personas_database_${name}_duration_seconds_count`)).toBeGreaterThan(0);
    expect(scrape.find('personas_hash_duration_seconds_count')).toBeGreaterThan(0);
    expect(scrape.find('personas_revocation_feed_age_seconds')).toBeLessThan(10);
    expect(scrape.find('personas_database_writes_failing')).toBe(0);
    const connections = scrape.find('personas_database_connections');
    if (TESTED_DATABASE === 'postgres') expect(connections).toBeGreaterThan(0);
    else expect(connections).toBeUndefined();
  });

  // After all that the tests above have sent.
  it('no secret', async () => {
    const { token } = await client.addAuthHeader(await client.logIn());
    await client.call('GET', `/kittens/${token}?token=${token}`, {
      headers: { authorization: token, 'user-agent': token },
    });
    expect(secretsIn((await Scrape.of(server)).text)).toEqual([]);
  });
});
