import { createRemoteJWKSet, jwtVerify } from 'jose';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGuard } from '../../src/guard/index.js';
import { run } from '../support/command-line.js';
import { useServer } from '../support/use-server.js';

/** Requests a second, over all ways to check a credential. */
const RATE = 200;
const AFTER_ROTATIONS_MS = 500;

const { server, client, database } = useServer();

interface Way {
  readonly name: string;
  /** Answers undefined if the credential was accepted, else what happened. */
  readonly ask: () => Promise<string | undefined>;
}

const form = (fields: Record<string, string>): URLSearchParams => new URLSearchParams(fields);

it('A rotation of the signing keys and of the secret fails no request, whichever way a service asks', async () => {
  // It is refused, but publishes the key that the next one activates. Services have fetched that key long before.
  await run(server, ['key', 'rotate']);
  await database.query(`UPDATE signing_key SET created = '2026-01-01T00:00:00.000Z' WHERE state = 'next'`);
  let jwt = await client.logIn();
  const { id, token } = await client.addAuthHeader(jwt);
  const basic = `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`;
  const keySet = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`));

  const guard = createGuard({ url: server.url, authHeader: token });
  await guard.ready();

  const call = async (path: string, headers: Record<string, string>, body?: URLSearchParams): Promise<string> => {
    const answer = await fetch(server.url + path, { headers, ...(body === undefined ? {} : { method: 'POST', body }) });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${answer.status}: ${text}`);
    return text;
  };
  const ways: Way[] = [
    ...['/user/me', '/auth/verify'].flatMap((path) => [
      way(`${path} with a JWT`, () => call(path, { authorization: `Bearer ${jwt}` })),
      way(`${path} with an auth header`, () => call(path, { 'x-api-key': token })),
    ]),
    ...['jwt', 'auth header'].map((kind) =>
      way(`introspection of a ${kind}`, async () => {
        const asked = form({ token: kind === 'jwt' ? jwt : token });
        const answer = await call('/oauth/introspect', { authorization: basic }, asked);
        if (!answer.startsWith('{"active":true')) throw new Error(answer);
      }),
    ),
    way('a renewal', async () => {
      const answer = await call('/user/renew', { authorization: `Bearer ${jwt}` }, form({}));
      jwt = (JSON.parse(answer) as { Token: string }).Token;
    }),
    way('a machine login, and its JWT', async () => {
      const answer = await call('/oauth/token', { authorization: basic }, form({ grant_type: 'client_credentials' }));
      const { access_token } = JSON.parse(answer) as { access_token: string };
      await call('/auth/verify', { authorization: `Bearer ${access_token}` });
    }),
    way('a check offline', async () => {
      await jwtVerify(jwt, keySet, { issuer: 'elastic-personas', audience: 'elastic-personas' });
    }),
    way('the guard with a JWT', () => guard.check(jwt)),
    way('the guard with an auth header', () => guard.check(token)),
  ];

  const failures: string[] = [];
  const counts = new Map(ways.map(({ name }) => [name, 0]));
  const end = new AbortController();
  const asking = ways.map(async ({ name, ask }) => {
    const pending: Promise<void>[] = [];
    while (!end.signal.aborted) {
      pending.push(
        ask().then((failure) => {
          if (failure === undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
          else failures.push(`${name}: ${failure}`);
        }),
      );
      await sleep((ways.length * 1000) / RATE);
    }
    await Promise.all(pending);
  });

  const rotations = [await run(server, ['key', 'rotate']), await run(server, ['secret', 'rotate'])];
  await sleep(AFTER_ROTATIONS_MS);
  end.abort();
  await Promise.all(asking);
  guard.close();

  expect(rotations.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(failures).toEqual([]);
  expect(Math.min(...counts.values())).toBeGreaterThan(5);
});

function way(name: string, use: () => Promise<unknown>): Way {
  return {
    name,
    ask: async () => {
      try {
        await use();
        return undefined;
      } catch (error) {
        return String(error);
      }
    },
  };
}
