import type { Answer } from '../support/client.js';
import { useSharedServer } from '../support/use-server.js';

/** 30 days: no test meets the end of such a window. */
const WINDOW_SECONDS = 2_592_000;

const { client } = useSharedServer();
let jwt: string;
let service: string;

beforeAll(async () => {
  jwt = await client.logIn();
  service = (await client.addAuthHeader(jwt)).token;
});

const limited = async (limit: number) =>
  (await client.addAuthHeader(jwt, { name: 'limited', rateLimit: { limit, windowSeconds: WINDOW_SECONDS } })).token;
const remaining = ({ headers }: Answer) => Number(/;r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);

/** Every way in which a credential is checked. */
const WAYS: readonly (readonly [string, (token: string) => Promise<Answer>])[] = [
  ['the guard', (token) => client.get('/authheader/list', token)],
  ['the fast path', (token) => client.get('/user/me', token)],
  ['the question of a proxy', (token) => client.get('/auth/verify', token)],
  [
    'introspection',
    (token) =>
      client.call('POST', '/oauth/introspect', {
        body: new URLSearchParams({ token }),
        headers: { authorization: `Bearer ${service}` },
      }),
  ],
];

describe('A limit is exact:', () => {
  it('each request counts once, by whatever way, and those of all ways together', async () => {
    const rounds = 3;
    const limit = rounds * WAYS.length;
    const token = await limited(limit + 1);
    let used = 0;
    for (let round = 0; round < rounds; round++) {
      for (const [way, ask] of WAYS) {
        const answer = await ask(token);
        used += 1;
        expect([way, answer.status]).toEqual([way, 200]);
        // What introspection tells is what is left to the service, which has no limit.
        if (way !== 'introspection') expect([way, remaining(answer)]).toEqual([way, limit + 1 - used]);
      }
    }
    expect((await client.get('/auth/verify', token)).status).toBe(200);
    for (const [way, ask] of WAYS) expect([way, (await ask(token)).status]).toEqual([way, 429]);
  });

  it('of 100 requests at once at a limit of 10, by all ways, exactly 10 pass', async () => {
    const token = await limited(10);
    const rounds = Array.from({ length: 100 / WAYS.length }, () => WAYS.map(([, ask]) => ask(token)));
    const statuses = (await Promise.all(rounds.flat())).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(90);
  });
});
