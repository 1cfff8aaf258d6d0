import { begin, complete, enrol, passSteps } from './support/authenticator.js';
import { claimsOf, newAddress } from './support/client.js';
import { ADMIN } from './support/server.js';
import { run, runJson } from './support/command-line.js';
import { useSharedServer } from './support/use-server.js';

interface Factor {
  id: string;
  kind: string;
  name: string;
  created: string;
  lastUsed?: string;
}

interface Enrolment {
  token: string;
  secret: string;
  uri: string;
  qr: string;
}

const { server, client, database } = useSharedServer();

const UNKNOWN_ID = '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d';

async function newUser(name: string, roles: string[] = []): Promise<string> {
  await database.addUser(name, roles);
  return client.from(newAddress()).logIn(name, ADMIN.password);
}

const listOf = async (jwt: string): Promise<Factor[]> => (await client.get<Factor[]>('/user/factors/list', jwt)).body;

/** Logs in with the password alone: 200 without a factor, 403 with one. */
const statusOfLogin = async (name: string): Promise<number> =>
  (await begin(client.from(newAddress()), name, ADMIN.password)).status;

describe('Enrolling an authenticator app', () => {
  it('has no effect before a right code, and shows nothing twice', async () => {
    const jwt = await newUser('gail');
    const begun = await client.post<Enrolment>('/user/factors/totp', { name: 'My phone' }, jwt);
    expect(begun.body).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/) as string,
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/) as string,
      uri: expect.stringContaining(`secret=${begun.body.secret}&`) as string,
      qr: expect.stringMatching(/^<svg /) as string,
    });
    expect(await listOf(jwt)).toEqual([]);
    expect(await statusOfLogin('gail')).toBe(200);
    const { token } = begun.body;
    for (let count = 0; count < 5; count++) {
      const wrong = await client.post('/user/factors/totp/confirm', { token, otp: 'wrong' }, jwt);
      expect([wrong.status, wrong.body.code]).toEqual([401, 'incorrect_second_factor']);
    }
    expect(await statusOfLogin('gail')).toBe(200);
    const refusals = await database.query(
      `SELECT outcome, detail FROM audit_event WHERE action = 'factor.add' AND username = 'gail'`,
    );
    expect(refusals).toEqual(Array(5).fill({ outcome: 'refused', detail: 'incorrect proof of a new totp' }));

    const { id, recoveryCodes } = await enrol(client, jwt);
    expect(recoveryCodes).toHaveLength(8);
    expect(await listOf(jwt)).toEqual([{ id, kind: 'totp', name: 'My phone', created: expect.any(String) as string }]);
    expect(await statusOfLogin('gail')).toBe(403);
    expect((await enrol(client, jwt, 'My tablet')).recoveryCodes).toEqual([]);
    expect((await listOf(jwt)).map(({ name }) => name)).toEqual(['My tablet', 'My phone']);
  });

  it('leaves sessions and auth headers as they are', async () => {
    const jwt = await newUser('gale');
    const { token } = await client.addAuthHeader(jwt);
    await enrol(client, jwt);
    const statuses = [jwt, token].map(async (credential) => (await client.get('/user/me', credential)).status);
    expect(await Promise.all(statuses)).toEqual([200, 200]);
    expect((await client.post('/user/renew', {}, jwt)).status).toBe(200);
  });

  it('ends at twenty factors', async () => {
    const jwt = await newUser('gary');
    const { id } = await enrol(client, jwt);
    for (let count = 1; count < 20; count++) {
      await database.query(
        `INSERT INTO factor (id, user_id, kind, name, created, sealed_secret, last_step)
         SELECT ?, user_id, kind, name, created, sealed_secret, last_step FROM factor WHERE id = ?`,
        `0198c5a2-6f1e-7c3a-9d5b-${claimsOf(jwt).sid.slice(-10)}${String(count).padStart(2, '0')}`,
        id,
      );
    }
    await expect(enrol(client, jwt)).rejects.toThrow(/409.*too_many_factors/);
    await database.query('DELETE FROM factor WHERE user_id = ?', claimsOf(jwt).sub);
  });

  it('needs a session that is at most ten minutes old', async () => {
    const jwt = await newUser('gavin');
    const { token } = await client.addAuthHeader(jwt);
    const byAuthHeader = await client.post('/user/factors/totp', { name: 'My phone' }, token);
    expect([byAuthHeader.status, byAuthHeader.body.code]).toEqual([403, 'insufficient_scope']);
    // A session that no request has used yet: no process has cached how old it is.
    const old = await client.from(newAddress()).logIn('gavin', ADMIN.password);
    const begun = new Date(Date.now() - 601_000).toISOString();
    await database.query('UPDATE session SET created = ? WHERE id = ?', begun, claimsOf(old).sid);
    const routes = {
      totp: { name: 'x' },
      'totp/confirm': { token: 'x', otp: '1' },
      passkey: { name: 'x' },
      'passkey/confirm': { token: 'x', passkey: {} },
      rename: { id: UNKNOWN_ID, name: 'x' },
      remove: { id: UNKNOWN_ID },
      'recovery-codes': {},
    };
    for (const [route, body] of Object.entries(routes)) {
      const refused = await client.post(`/user/factors/${route}`, body, old);
      expect([refused.status, refused.body.code]).toEqual([401, 'insufficient_user_authentication']);
    }
    expect((await client.get('/user/factors/list', old)).status).toBe(200);
  });
});

describe("A user's second factors", () => {
  it('are renamed and removed by their user alone, and the recovery codes go with the last one', async () => {
    const jwt = await newUser('gemma');
    const other = await newUser('gerda');
    const { id, recoveryCodes } = await enrol(client, jwt);
    for (const [route, body] of [
      ['rename', { id, name: 'Mine' }],
      ['remove', { id }],
    ] as const) {
      expect((await client.post(`/user/factors/${route}`, body, other)).status).toBe(404);
    }
    expect((await client.post('/user/factors/rename', { id, name: 'Old phone' }, jwt)).status).toBe(200);
    expect((await listOf(jwt)).map(({ name }) => name)).toEqual(['Old phone']);
    const tablet = await enrol(client, jwt, 'My tablet');
    expect((await client.post('/user/factors/remove', { id }, jwt)).status).toBe(200);
    expect(await statusOfLogin('gemma')).toBe(403);
    expect((await client.post('/user/factors/remove', { id: tablet.id }, jwt)).status).toBe(200);
    expect(await statusOfLogin('gemma')).toBe(200);
    const codes = await database.query('SELECT * FROM recovery_code WHERE user_id = ?', claimsOf(jwt).sub);
    expect([recoveryCodes.length, codes]).toEqual([8, []]);
    const { body: events } = await client.get<{ action: string }[]>(`/audit/list?userId=gemma`, await client.logIn());
    const actions = events.map(({ action }) => action).filter((action) => action.startsWith('factor.'));
    expect(actions).toEqual(['factor.remove', 'factor.remove', 'factor.add', 'factor.rename', 'factor.add']);
  });

  it('get new recovery codes, which void the old ones', async () => {
    const jwt = await newUser('gesa');
    const none = await client.post('/user/factors/recovery-codes', {}, jwt);
    expect(none.status).toBe(404);
    const {
      recoveryCodes: [old = ''],
    } = await enrol(client, jwt);
    const { body } = await client.post<{ recoveryCodes: string[] }>('/user/factors/recovery-codes', {}, jwt);
    expect(body.recoveryCodes).toHaveLength(8);
    const from = client.from(newAddress());
    const logIn = (otp = '') => from.post('/user/login', { username: 'gesa', password: ADMIN.password, otp });
    expect([(await logIn(old)).status, (await logIn(body.recoveryCodes[0])).status]).toEqual([401, 200]);
  });

  it('are listed and removed by an administrator, and by no other user', async () => {
    const jwt = await newUser('gina');
    const admin = await newUser('gina-admin', ['admin']);
    const { id } = await enrol(client, jwt);
    await enrol(client, jwt, 'My tablet');
    const stranger = await newUser('gina-other');
    const refused = await client.get<{ code: string }>('/user/factors/list?userId=gina', stranger);
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_fields']);
    expect((await client.post('/user/factors/remove', { userId: 'gina' }, stranger)).status).toBe(400);
    const { body } = await client.get<Factor[]>('/user/factors/list?userId=gina', admin);
    expect(body.map(({ name }) => name)).toEqual(['My tablet', 'My phone']);
    expect((await client.post('/user/factors/remove', { userId: 'gina', id }, admin)).status).toBe(200);
    expect((await listOf(jwt)).map(({ name }) => name)).toEqual(['My tablet']);
    expect((await client.post('/user/factors/remove', { userId: 'gina' }, admin)).status).toBe(200);
    expect((await client.post('/user/factors/remove', { userId: 'gina' }, admin)).status).toBe(404);
    expect(await statusOfLogin('gina')).toBe(200);
  });

  it('are shown and removed on the command line', async () => {
    const jwt = await newUser('greta');
    const { id } = await enrol(client, jwt);
    await enrol(client, jwt, 'My tablet');
    expect(await runJson<Factor[]>(server, ['user', 'factor', 'list', 'greta'])).toEqual(await listOf(jwt));
    const { Factors } = await runJson<{ Factors: Factor[] }>(server, ['user', 'show', 'greta']);
    expect(Factors).toEqual(await listOf(jwt));
    expect((await run(server, ['user', 'factor', 'remove', 'greta', UNKNOWN_ID])).code).toBe(1);
    expect((await run(server, ['user', 'factor', 'remove', 'greta', id])).stdout).toContain(id);
    expect((await listOf(jwt)).map(({ name }) => name)).toEqual(['My tablet']);
    expect((await run(server, ['user', 'factor', 'remove', 'greta'])).code).toBe(0);
    expect(await statusOfLogin('greta')).toBe(200);
  });

  it('show when they were last used', async () => {
    const jwt = await newUser('gwen');
    const { app } = await enrol(client, jwt);
    await passSteps(database);
    const from = client.from(newAddress());
    const { body } = await begin(from, 'gwen', ADMIN.password);
    expect((await complete(from, body.secondFactor.token, app.code())).status).toBe(200);
    expect(await listOf(jwt)).toMatchObject([{ lastUsed: expect.any(String) as string }]);
  });
});
