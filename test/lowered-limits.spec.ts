import { DAY_MS, MINUTE_MS } from '../src/config/time.js';
import { type CheckResult } from '../src/cli/checks.js';
import { claimsOf, Client } from './support/client.js';
import { runJson } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { startServer, type TestServer } from './support/server.js';

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
/** A limit in force, and one that was set when the server had run for a while. */
const LOWERED = { SESSION_MAX_AGE: '1h', AUTHHEADER_MAX_AGE_DAYS: '30' };

let server: TestServer;
let client: Client;
let old: string;
let young: string;
let youngBegan: number;

beforeAll(async () => {
  const before = await startServer();
  const first = await Client.of(before);
  [old, young] = [await first.logIn(), await first.logIn()];
  for (const expires of [undefined, undefined, inDays(31), inDays(29)]) {
    await first.addAuthHeader(young, { name: 'a', ...(expires === undefined ? {} : { expires }) });
  }
  await before.stop();
  const rows = await TestDatabase.of(before);
  const begin = (jwt: string, moment: string) =>
    rows.query('UPDATE session SET created = ? WHERE id = ?', moment, claimsOf(jwt).sid);
  youngBegan = Date.now() - 30 * MINUTE_MS;
  await Promise.all([begin(old, ago(61 * MINUTE_MS)), begin(young, new Date(youngBegan).toISOString())]);
  await rows.close();
  server = await startServer({ folder: before.folder, env: LOWERED });
  client = await Client.of(server);
});

afterAll(() => server.stop());

const renew = (jwt: string) => client.post<{ Token: string }>('/user/renew', undefined, jwt);

describe('A lowered SESSION_MAX_AGE holds for sessions that exist', () => {
  it('ends those that are over by it', async () => {
    const answers = [await renew(old), await client.get('/user/me', old)];
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });

  it('bounds the JWTs of the others, and shows their end', async () => {
    const end = youngBegan + 60 * MINUTE_MS;
    const { status, body } = await renew(young);
    expect(status).toBe(200);
    expect(claimsOf(body.Token).exp).toBe(Math.floor(end / 1000));
    const { body: me } = await client.get<{ Credential: { Expires: string } }>('/user/me', young);
    expect(Date.parse(me.Credential.Expires)).toBe(Math.floor(end / 1000) * 1000);
    const { body: sessions } = await client.get<{ Id: string; Expires: string }[]>('/user/sessions', body.Token);
    expect(sessions.map(({ Id, Expires }) => [Id, Date.parse(Expires)])).toEqual([
      [claimsOf(young).sid, Math.floor(end / 1000) * 1000],
    ]);
  });
});

it('doctor tells how many auth headers outlive a lowered AUTHHEADER_MAX_AGE_DAYS', async () => {
  const findings = await runJson<CheckResult[]>(server, ['doctor']);
  expect(findings.map(({ check }) => check)).not.toContain('authheaders');
  const lowered = await runJson<CheckResult[]>(server, ['doctor'], { env: LOWERED });
  expect(lowered).toContainEqual({
    check: 'authheaders',
    ok: true,
    isWarning: true,
    message: expect.stringContaining('AUTHHEADER_MAX_AGE_DAYS allows, or never: 3;') as string,
  });
});
