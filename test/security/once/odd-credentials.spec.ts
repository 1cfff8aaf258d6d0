import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mintToken } from '../../../src/authheader/auth-header-token.js';
import { newAddress } from '../../support/client.js';
import { pipelined } from '../../support/pipeline.js';
import { BEHIND_PROXY } from '../../support/server.js';
import { takeStatements, takeWork, TELLING_STATEMENTS } from '../../support/statement-log.js';
import { useServer } from '../../support/use-server.js';

/** Ten thousand take half a minute of a machine that runs other tests too. */
const MANY = process.env.SOAK === '1' ? 10_000 : 1000;
/** So many bytes more in each JWT would be seen if it were kept. */
const WEIGHT_BYTES = 2000;

const { server, client } = useServer({ env: { ...BEHIND_PROXY, ...TELLING_STATEMENTS } });
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
/** The login's JWT with another header, under its old signature. */
const withHeader = (changed: object): string => {
  const [head = '', payload, signature] = jwt.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as object;
  return [encode({ ...header, ...changed }), payload, signature].join('.');
};
const withKid = (kid: unknown) => withHeader({ kid });
const statementsAfter = async (act: () => Promise<unknown>): Promise<readonly string[]> => {
  await takeStatements(server);
  await act();
  return takeStatements(server);
};

// Without this, a server that told nothing would pass every test below.
it('The statements of a request are told', async () => {
  const told = await statementsAfter(() => client.get('/user/me', mintToken()));
  expect(told).toEqual([expect.stringMatching(/FROM "auth_header"/)]);
});

describe('The kid of a JWT is an opaque text: an odd one', () => {
  const ODD: readonly unknown[] = [
    ...['../../dev/null', '/etc/passwd', 'file:///etc/passwd', "' OR 1=1--", '"; DROP TABLE user; --', '${7*7}', '%00'],
    ...['\0', '\u0000admin', '__proto__', 'constructor', 'toString', '', ' ', '\r\nX-Admin: 1', '🔑', 'a'.repeat(4000)],
    ...[0, -1, 1e308, true, null, [], {}, [[]], ['a', 'b']],
  ];

  it('gets 401, and asks no database and nobody else', async () => {
    const told = await statementsAfter(async () => {
      for (const kid of ODD) {
        const answer = await client.get('/user/me', withKid(kid));
        expect([kid, answer.status, answer.body.code]).toEqual([kid, 401, 'invalid_token']);
      }
    });
    expect(told).toEqual([]);
  });

  it('of 100 kB does not fit', async () => {
    expect((await client.get('/user/me', withKid('x'.repeat(100_000)))).status).toBe(431);
  });

  it('that is a URL is not fetched, nor is what stands beside it', async () => {
    const asked: string[] = [];
    const canary = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{"keys":[]}');
    }).listen(0, '127.0.0.1');
    await once(canary, 'listening');
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/keys`;
    for (const header of [{ kid: url }, { jku: url }, { x5u: url }, { jku: url, kid: url }]) {
      expect((await client.get('/user/me', withHeader(header))).status).toBe(401);
    }
    canary.close();
    expect(asked).toEqual([]);
  });
});

describe(`${MANY} JWTs with kids that nobody has`, () => {
  it('are refused for no more than one with a bad signature costs, and nothing of them is kept', async () => {
    const kids = many(MANY, (index) => (index % 2 === 0 ? randomUUID() : randomBytes(150).toString('base64')));
    const bad = `${jwt.slice(0, -8)}AAAAAAAA`;
    const warm = await pipelined(server, '/auth/verify', [
      ...many(200, () => bad),
      ...many(200, () => withKid(randomUUID())),
    ]);
    expect(warm).toEqual({ 401: 400 });

    const before = await takeWork(server);
    expect(
      await pipelined(
        server,
        '/auth/verify',
        many(MANY / 4, () => bad),
      ),
    ).toEqual({ 401: MANY / 4 });
    const between = await takeWork(server);
    expect(
      await pipelined(
        server,
        '/auth/verify',
        kids.map((kid) => withHeader({ kid, weight: randomBytes(WEIGHT_BYTES).toString('base64') })),
      ),
    ).toEqual({ 401: MANY });
    const after = await takeWork(server);

    // A key that another instance has just made is looked for, once a second at most.
    expect(after.statements.length).toBeLessThan(MANY / 40);
    expect(after.statements.filter((sql) => !sql.includes('"signing_key"'))).toEqual([]);
    expect(between.statements).toEqual([]);
    const cost = (after.cpuMs - between.cpuMs) / MANY;
    const costOfBad = (between.cpuMs - before.cpuMs) / (MANY / 4);
    expect(cost).toBeLessThan(3 * costOfBad);
    expect(after.heapBytes - between.heapBytes).toBeLessThan((MANY * WEIGHT_BYTES) / 2);
    expect((await client.get('/user/me', jwt)).status).toBe(200);
  });
});

describe('An auth header with a wrong checksum', () => {
  const mistyped = (): string => mintToken().replace(/.$/, (last) => (last === '0' ? '1' : '0'));

  it('is refused without a question to the database, on every way, with the answer of an unknown one', async () => {
    const seen: unknown[][] = [];
    for (const make of [mistyped, mintToken]) {
      const told = await statementsAfter(async () => {
        const answers = [
          await client.get('/user/me', make()),
          await client.get('/auth/verify', make()),
          await client.get('/authheader/list', make()),
          await client.call('GET', '/user/me', { headers: { 'x-api-key': make() } }),
        ];
        seen.push(answers.map(({ status, headers, text }) => [status, headers.get('www-authenticate'), text]));
      });
      expect(told).toHaveLength(make === mistyped ? 0 : 4);
    }
    expect(seen[0]).toEqual(seen[1]);
  });

  it('costs no statement either in introspection', async () => {
    const { token } = await client.addAuthHeader(jwt);
    const ask = (asked: string) =>
      client.call('POST', '/oauth/introspect', {
        body: new URLSearchParams({ token: asked }),
        headers: { authorization: `Bearer ${token}` },
      });
    await ask(token);
    const told = await statementsAfter(async () => {
      expect((await ask(mistyped())).text).toBe('{"active":false}');
    });
    expect(told).toEqual([]);
  });
});

describe('A report of a leaked token', () => {
  it('takes as many statements for a token of nobody as for one that it revokes, but for the news of the revocation', async () => {
    const { token } = await client.addAuthHeader(jwt);
    const report = (text: string) => client.from(newAddress()).post('/authheader/revoke-leaked', { token: text });
    await report(mintToken());
    const known = await statementsAfter(() => report(token));
    const unknown = await statementsAfter(() => report(mintToken()));
    const malformed = await statementsAfter(() => report('no token at all'));
    expect(unknown).toEqual(malformed);
    expect(Math.abs(known.length - unknown.length)).toBeLessThanOrEqual(1);
    const tables = (told: readonly string[]) => [
      ...new Set(told.flatMap((sql) => /"?(auth_header|audit_event|login_throttle)"?/.exec(sql)?.[1] ?? [])),
    ];
    expect(tables(known).sort()).toEqual(['audit_event', 'auth_header', 'login_throttle']);
    expect(tables(unknown)).toEqual(tables(known));
  });
});
