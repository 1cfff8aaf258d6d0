import { claimsOf } from './support/client.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const UNKNOWN_ID = '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d';
const UTC_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

interface SessionAnswer {
  Id: string;
  Created: string;
  Expires: string;
  Ip: string;
  Client: string;
  AuthMethods: string[];
  Current: boolean;
}

const { client, database } = useServer({ env: { JWT_TTL: '2h', SESSION_MAX_AGE: '1h' } });

const renew = (jwt: string) => client.post<{ Token: string; code?: string }>('/user/renew', undefined, jwt);
const statusOf = async (credential: string) => (await client.get('/user/me', credential)).status;
const statusesOf = (...credentials: string[]) => Promise.all(credentials.map(statusOf));
const sessionsOf = async (jwt: string) => (await client.get<SessionAnswer[]>('/user/sessions', jwt)).body;
const end = (id: string, credential: string) =>
  client.post<{ code?: string }>('/user/sessions/end', { id }, credential);
const logOut = (jwt: string, body?: object) => client.post<{ code?: string }>('/user/logout', body, jwt);

/** A user of this test's own, logged in as many times as asked. */
async function newUser(username: string, logins = 1): Promise<{ id: string; jwts: string[] }> {
  const id = await database.addUser(username);
  const jwts: string[] = [];
  for (let count = 0; count < logins; count++) jwts.push(await client.logIn(username));
  return { id, jwts };
}

/** Two logins of a new user. */
async function newLogins(username: string): Promise<[string, string]> {
  const { jwts } = await newUser(username, 2);
  return [jwts[0] ?? '', jwts[1] ?? ''];
}

describe('Renewing a JWT', () => {
  it('answers as a login does, with another JWT of the same session; the old one stays good', async () => {
    const login = await client.post<{ Token: string }>('/user/login', {
      username: 'admin',
      password: 'correct horse battery',
    });
    const old = login.body.Token;
    const { status, body } = await renew(old);
    expect(status).toBe(200);
    expect(body).toEqual({ ...login.body, Token: expect.any(String) as string });
    expect(claimsOf(body.Token).sid).toBe(claimsOf(old).sid);
    expect(claimsOf(body.Token).jti).not.toBe(claimsOf(old).jti);
    expect(await statusesOf(old, body.Token)).toEqual([200, 200]);
  });

  it('succeeds twenty times at once, in one session, with a jti each', async () => {
    const jwt = await client.logIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => renew(jwt)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const claims = answers.map(({ body }) => claimsOf(body.Token));
    expect(new Set(claims.map(({ sid }) => sid))).toEqual(new Set([claimsOf(jwt).sid]));
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(20);
    expect(await statusesOf(jwt, ...answers.map(({ body }) => body.Token))).toEqual(Array(21).fill(200));
  });

  it('never moves the end of its session, and no JWT outlives that', async () => {
    const jwt = await client.logIn();
    const { sid, iat, exp } = claimsOf(jwt);
    expect(Math.abs(exp - iat - 3600)).toBeLessThanOrEqual(1);
    const nearEnd = new Date(Date.now() + 60_000);
    await database.query('UPDATE session SET expires = ? WHERE id = ?', nearEnd.toISOString(), sid);
    const renewed = (await renew((await renew(jwt)).body.Token)).body.Token;
    expect(claimsOf(renewed).exp).toBe(Math.floor(nearEnd.getTime() / 1000));
    await database.query('UPDATE session SET expires = ? WHERE id = ?', new Date().toISOString(), sid);
    expect(await statusesOf(jwt, renewed)).toEqual([401, 401]);
    expect((await renew(renewed)).status).toBe(401);
  });
});

describe('Logging out', () => {
  it('ends every JWT of the session from its answer on, and no other session', async () => {
    const [jwt, other] = await newLogins('anna');
    const renewed = (await renew(jwt)).body.Token;
    const answer = await logOut(jwt);
    expect([answer.status, answer.body]).toEqual([200, { message: 'Success' }]);
    expect(await statusesOf(jwt, renewed, other)).toEqual([401, 401, 200]);
    expect((await renew(renewed)).status).toBe(401);
    expect((await logOut(renewed)).status).toBe(401);
  });

  it('everywhere ends every session of the user, and nothing of anybody else', async () => {
    const [jwt, other] = await newLogins('bert');
    const { token } = await client.addAuthHeader(jwt);
    const bystander = await client.logIn();
    expect((await logOut(jwt, { everywhere: true })).status).toBe(200);
    expect(await statusesOf(jwt, other, bystander, token)).toEqual([401, 401, 200, 200]);
  });

  it.each([{}, { everywhere: false }])('with %j ends this session alone', async (body) => {
    const [jwt, other] = await newLogins(`carl-${Object.keys(body).length}`);
    expect((await logOut(jwt, body)).status).toBe(200);
    expect(await statusesOf(jwt, other)).toEqual([401, 200]);
  });

  it('asks for no body, and says so', () => {
    const { requestBody } = client.contract.document.paths['/user/logout']?.post ?? {};
    expect(requestBody).not.toMatchObject({ required: true });
  });
});

describe('The list of sessions', () => {
  it('shows those that have not ended, newest first, and which is this one', async () => {
    const { jwts } = await newUser('dora', 4);
    const [oldest = '', ended = '', expired = '', newest = ''] = jwts;
    await logOut(ended);
    await database.query('UPDATE session SET expires = ? WHERE id = ?', LONG_AGO, claimsOf(expired).sid);
    const shown = await sessionsOf(oldest);
    expect(shown.map(({ Id, Current }) => [Id, Current])).toEqual([
      [claimsOf(newest).sid, false],
      [claimsOf(oldest).sid, true],
    ]);
  });

  it('says since when, until when, from where, with which client and how it was proved', async () => {
    await database.addUser('erik');
    const { body } = await client.call<{ Token: string }>('POST', '/user/login', {
      body: { username: 'erik', password: 'correct horse battery' },
      headers: { 'user-agent': `curl/8.5.0 ${'x'.repeat(300)}` },
    });
    const [session] = await sessionsOf(body.Token);
    expect(session).toEqual({
      Id: claimsOf(body.Token).sid,
      Created: expect.stringMatching(UTC_SECONDS) as string,
      Expires: expect.stringMatching(UTC_SECONDS) as string,
      Ip: '127.0.0.1',
      Client: `curl/8.5.0 ${'x'.repeat(300)}`.slice(0, 255),
      AuthMethods: ['pwd'],
      Current: true,
    });
    expect(Date.parse(session?.Expires ?? '') - Date.parse(session?.Created ?? '')).toBe(3_600_000);
    expect(Math.abs(Date.parse(session?.Created ?? '') - Date.now())).toBeLessThan(10_000);
  });
});

describe('Ending a session', () => {
  it('by its id refuses its JWTs from the answer on, and leaves the others', async () => {
    const [jwt, lost] = await newLogins('faye');
    expect((await end(claimsOf(lost).sid, jwt)).body).toEqual({ message: 'Success' });
    expect(await statusesOf(jwt, lost)).toEqual([200, 401]);
    expect((await end(claimsOf(lost).sid, jwt)).status).toBe(404);
  });

  it("answers somebody else's like one that does not exist, and leaves it alone", async () => {
    const [jwt] = await newLogins('gina');
    const other = await client.logIn();
    const [unknown, foreign] = [await end(UNKNOWN_ID, jwt), await end(claimsOf(other).sid, jwt)];
    expect([unknown.status, foreign.status]).toEqual([404, 404]);
    expect(foreign.text).toBe(unknown.text);
    expect(await statusOf(other)).toBe(200);
  });
});

describe('Sessions are their users’ business', () => {
  it('and no auth header may renew, list or end them, whatever its scopes', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt, { name: 'a', scopes: ['admin', 'authheader:manage', 'session'] });
    const answers = [
      await renew(token),
      await logOut(token),
      await logOut(token, { everywhere: true }),
      await client.get<{ code?: string }>('/user/sessions', token),
      await end(claimsOf(jwt).sid, token),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(5).fill([403, 'insufficient_scope']));
    expect(await statusOf(jwt)).toBe(200);
  });
});
