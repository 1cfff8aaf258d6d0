import { randomUUID } from 'node:crypto';
import { type AuthHeaderAnswer, claimsOf, Client } from './support/client.js';
import { startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const { server, client, database } = useServer();
let jwt: string;
/** An auth header without any right. */
let plain: AuthHeaderAnswer;
/** Somebody who is no administrator. */
let anna: string;

beforeAll(async () => {
  jwt = await client.logIn();
  plain = await client.addAuthHeader(jwt);
  await database.addUser('anna');
  anna = await client.logIn('anna');
});

const add = (scopes: string[] = [], owner = jwt) => client.addAuthHeader(owner, { name: randomUUID(), scopes });
const basic = ({ id, token }: AuthHeaderAnswer) => ({
  authorization: `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`,
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Revokes, and expects the answer that does not tell whether anything was revoked. */
async function revoke(token: string, headers: Record<string, string>): Promise<void> {
  const body = new URLSearchParams({ token });
  const answer = await client.call('POST', '/oauth/revoke', { headers, body });
  expect([answer.status, answer.text, answer.headers.get('cache-control'), answer.headers.get('content-type')]).toEqual(
    [200, '', 'no-store', null],
  );
}
const statusOf = async (token: string, asked = client) => (await asked.get('/user/me', token)).status;

describe('A client revokes', () => {
  it('its own auth header, which needs no right', async () => {
    const own = await add();
    await revoke(own.token, basic(own));
    expect(await statusOf(own.token)).toBe(401);
  });

  it('its own old token during the overlap of a rotation, and the new one stays', async () => {
    const old = await add();
    const { body } = await client.post<AuthHeaderAnswer>(
      '/authheader/rotate',
      { text: old.id, overlapSeconds: 3600 },
      jwt,
    );
    await revoke(old.token, basic(body));
    expect([await statusOf(old.token), await statusOf(body.token)]).toEqual([401, 200]);
  });

  it('what it might delete at /authheader/delete', async () => {
    const manager = await add(['authheader:manage']);
    for (const headers of [basic(manager), bearer(await client.logIn())]) {
      const { token } = await add();
      await revoke(token, headers);
      expect(await statusOf(token)).toBe(401);
    }
  });

  it("the session of a JWT of its own user's login", async () => {
    for (const headers of [basic(plain), bearer(jwt)]) {
      const own = await client.logIn();
      const { body } = await client.post<{ Token: string }>('/user/renew', {}, own);
      await revoke(own, headers);
      expect([await statusOf(own), await statusOf(body.Token)]).toEqual([401, 401]);
    }
    const own = await client.logIn();
    await revoke(own, bearer(own));
    expect(await statusOf(own)).toBe(401);
  });

  it('everything, as an administrator', async () => {
    const administrator = await add(['admin']);
    const header = await add([], anna);
    const session = await client.logIn('anna');
    for (const token of [header.token, session]) {
      await revoke(token, basic(administrator));
      expect(await statusOf(token)).toBe(401);
    }
  });

  it('whatever type it accepts, for the response has none', async () => {
    const own = await add();
    await revoke(own.token, { ...basic(own), accept: 'text/html' });
    expect(await statusOf(own.token)).toBe(401);
  });

  it('on every server', async () => {
    const other = await Client.of(await startServer({ folder: server.folder }));
    const { token } = await add();
    expect(await statusOf(token, other)).toBe(200);
    await revoke(token, bearer(jwt));
    while ((await statusOf(token, other)) === 200) await new Promise((done) => setTimeout(done, 50));
  });

  it('an auth header from wherever it was found, whatever addresses it is bound to', async () => {
    const { token } = await client.addAuthHeader(jwt, { name: 'bound', allowedIps: ['192.0.2.0/24'] });
    await revoke(token, bearer(jwt));
    expect(await database.query('SELECT id FROM auth_header WHERE name = ?', 'bound')).toEqual([]);
  });
});

describe('A client is told nothing, and nothing happens, about', () => {
  it("another user's tokens", async () => {
    const managing = await add(['authheader:manage'], anna);
    const { token } = await add();
    for (const headers of [basic(managing), bearer(anna)]) {
      for (const foreign of [token, jwt]) {
        await revoke(foreign, headers);
        expect(await statusOf(foreign)).toBe(200);
      }
    }
  });

  it('another auth header of its user, without the right to delete it', async () => {
    const { token } = await add();
    await revoke(token, basic(plain));
    expect(await statusOf(token)).toBe(200);
  });

  it('an id or a masked form, which is no token', async () => {
    const { id, token } = await add();
    for (const text of [id, `${token.slice(0, 7)}…${token.slice(-4)}`]) await revoke(text, bearer(jwt));
    expect(await statusOf(token)).toBe(200);
  });

  it.each(['', 'x', 'a.b.c', `ep_${'0'.repeat(30)}3KYb2u`, 'ep_x', '\0'])('the token %j', async (token) => {
    for (const headers of [basic(plain), bearer(jwt)]) await revoke(token, headers);
  });

  it('a token that is revoked already', async () => {
    const { token } = await add();
    for (let count = 0; count < 2; count++) await revoke(token, bearer(jwt));
  });
});

describe('A revocation is recorded', () => {
  it('with who made it, and only if there was one', async () => {
    const manager = await add(['authheader:manage']);
    const { id, token } = await add();
    const own = await client.logIn();
    const { sid } = claimsOf(own);
    for (let count = 0; count < 2; count++) {
      await revoke(token, basic(manager));
      await revoke(own, basic(manager));
      await revoke(token, basic(plain));
    }
    const events = await database.query(
      'SELECT action, credential, credential_id, target FROM audit_event WHERE target IN (?, ?) AND action <> ? ORDER BY id',
      id,
      sid,
      'authheader.add',
    );
    const by = { credential: 'auth-header', credential_id: manager.id };
    expect(events.filter(({ action }) => action !== 'login')).toEqual([
      { action: 'authheader.delete', ...by, target: id },
      { action: 'session.end', ...by, target: sid },
    ]);
  });
});

describe('A revocation needs a client', () => {
  it('that authenticates, whatever the token', async () => {
    const { token } = await add();
    for (const headers of [{}, bearer('x'), basic({ ...plain, token: 'x' })]) {
      const body = new URLSearchParams({ token });
      const answer = await client.call('POST', '/oauth/revoke', { headers, body });
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    }
    expect(await statusOf(token)).toBe(200);
  });

  it('that names a token', async () => {
    const body = new URLSearchParams({ token_type_hint: 'access_token' });
    const answer = await client.call('POST', '/oauth/revoke', { headers: basic(plain), body });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });
});
