import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './support/client.js';
import { type ServerOfStillDatabase, startWithStillDatabase } from './support/still-database.js';

const VOLLEY_PAUSE_MS = 100;

let used: ServerOfStillDatabase;
let client: Client;
let count = 0;

beforeAll(async () => {
  used = await startWithStillDatabase();
  client = await Client.of(used.server);
});
afterAll(() => used.close());

const CREDENTIALS: readonly [string, (jwt: string) => Promise<string>][] = [
  ['an auth header', async (jwt) => (await client.addAuthHeader(jwt, { name: `n${++count}` })).token],
  ['a JWT', () => client.logIn()],
];

describe('While the database stands still', () => {
  it.each(CREDENTIALS)(
    'a check of %s that would wait is refused before those that have waited, and all is well soon after',
    async (_, make) => {
      const jwt = await client.logIn();
      const tokens = await Promise.all(Array.from({ length: 5 }, () => make(jwt)));
      const check = async (index: number) => {
        const { status, headers, body } = await client.get<{ code?: string }>(
          '/user/me',
          tokens[index % tokens.length],
        );
        return { index, status, retryAfter: headers.get('retry-after'), code: body.code };
      };
      await used.stand();
      const checks: ReturnType<typeof check>[] = [];
      const answered: Awaited<ReturnType<typeof check>>[] = [];
      while (answered.length === 0) {
        checks.push(check(checks.length));
        void checks.at(-1)?.then((answer) => answered.push(answer));
        await sleep(VOLLEY_PAUSE_MS);
      }
      const [early] = answered;
      expect(early).toEqual({ index: expect.any(Number) as number, status: 503, retryAfter: '1', code: 'unavailable' });
      expect(early?.index).toBeGreaterThan(0);
      await used.goOn();
      for (const { status } of await Promise.all(checks)) expect([200, 503]).toContain(status);
      for (const index of tokens.keys()) {
        let { status, code } = await check(index);
        while (status !== 200) {
          expect(code).toBe('unavailable');
          await sleep(VOLLEY_PAUSE_MS);
          ({ status, code } = await check(index));
        }
      }
    },
  );

  it('a JWT that another process may have signed with a newer key is not refused as a bad one', async () => {
    const [, payload, signature] = (await client.logIn()).split('.');
    const header = { alg: 'ES256', typ: 'JWT', kid: randomUUID() };
    const jwt = [Buffer.from(JSON.stringify(header)).toString('base64url'), payload, signature].join('.');
    const check = async () => (await client.get<{ code?: string }>('/user/me', jwt)).body.code;
    await used.stand();
    expect(await check()).toBe('unavailable');
    await used.goOn();
    let code = await check();
    while (code === 'unavailable') {
      await sleep(VOLLEY_PAUSE_MS);
      code = await check();
    }
    expect(code).toBe('invalid_token');
  });
});
