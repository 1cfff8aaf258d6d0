import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGuard, type Guard, guardErrorOf } from '../src/guard/index.js';
import { REVOCATION_DELAY_MS } from './support/database.js';
import { freePort } from './support/free-port.js';
import { stopListening } from './support/listening-program.js';
import { describeWithNginx, startNginx } from './support/nginx.js';
import { useServer } from './support/use-server.js';

const COUNT = process.env.SOAK === '1' ? 500 : 100;
/**
 * How many are revoked at the same time. Node accepts one connection in each turn of its loop: more new ones at once would wait
 * on a busy machine for longer than a guard does.
 */
const BATCH = 10;

const { server, client } = useServer();
let jwt: string;
let own: string;

beforeAll(async () => {
  jwt = await client.logIn();
  ({ token: own } = await client.addAuthHeader(jwt));
});

/**
 * When the check began by which a guard accepts a token; undefined if it refuses it. On a busy machine, the server may take longer
 * than the guard waits, which is no verdict.
 */
async function acceptedAtMs(guard: Guard, token: string): Promise<number | undefined> {
  for (;;) {
    const begunMs = performance.now();
    try {
      await guard.check(token);
      return begunMs;
    } catch (error) {
      const code = guardErrorOf(error)?.code;
      if (code === 'invalid_token') return undefined;
      expect(code).toBe('unavailable');
    }
  }
}

/** Revokes an auth header under a load of checks. @returns how long after the response a check that began was accepted */
async function lastAcceptedMs(guard: Guard): Promise<number> {
  const { token, id } = await client.addAuthHeader(jwt);
  expect(await acceptedAtMs(guard, token)).toBeDefined();
  await client.post('/authheader/delete', { text: id }, jwt);
  const revokedMs = performance.now();
  let lastMs = 0;
  for (;;) {
    const begunMs = await acceptedAtMs(guard, token);
    if (begunMs === undefined) return lastMs;
    lastMs = begunMs - revokedMs;
    await sleep(5);
  }
}

async function expectWithinASecond(url: string, way: string): Promise<void> {
  const guard = createGuard({ url, authHeader: own });
  await guard.ready();
  // Before then it remembers nothing, and there is nothing to forget.
  await sleep(REVOCATION_DELAY_MS);
  const durations: number[] = [];
  while (durations.length < COUNT) {
    durations.push(...(await Promise.all(Array.from({ length: BATCH }, () => lastAcceptedMs(guard)))));
  }
  guard.close();
  const maximum = Math.max(...durations);
  process.stdout.write(`${COUNT} revocations reached the guard ${way} in at most ${maximum.toFixed(0)} ms\n`);
  expect(maximum).toBeGreaterThan(0);
  expect(maximum).toBeLessThan(REVOCATION_DELAY_MS);
}

it('Every revocation reaches a guard within a second', async () => {
  await expectWithinASecond(server.url, 'directly');
});

describeWithNginx('Through an nginx that buffers', () => {
  let nginx: ChildProcess;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    nginx = await startNginx(
      `server { listen 127.0.0.1:${port}; location / { proxy_buffering on; proxy_pass ${server.url}; } }\n`,
      port,
    );
  });
  afterAll(() => stopListening(nginx));

  it('every revocation reaches a guard within a second', async () => {
    await expectWithinASecond(`http://127.0.0.1:${port}`, 'through nginx');
  });
});
