import { setTimeout as sleep } from 'node:timers/promises';
import type { Revocable } from './credentials.js';
import { check } from './http.js';

/** The product's promise: how long another process takes at most to refuse what was revoked. */
export const PROMISE_MS = 1000;
/** How long a credential is still shown after its revocation if it is accepted on and on. */
const WATCH_LIMIT_MS = 1500;
const PAUSE_MS = 25;
/** How many credentials are revoked at once. */
const AT_ONCE = 6;

interface Target {
  readonly url: string;
}

/** A delay of a revocation. */
export interface Delay {
  readonly kind: string;
  readonly url: string;
  /** From the answer of the revocation to the last request that was accepted; 0 if it was sent earlier. */
  readonly milliseconds: number;
}

/** Revokes a credential that every instance remembers, and shows it to all of them until they refuse it. */
export async function measureDelay(credential: Revocable, instances: readonly Target[]): Promise<Delay[]> {
  const { kind, token } = credential;
  for (const instance of instances) {
    const { status, text } = await check(instance, token);
    if (status !== 200) throw new Error(`${kind}: answered ${status} before its revocation: ${text}`);
  }
  let answeredMs = Infinity;
  const watching = instances.map(async (instance): Promise<Delay> => {
    let lastMs = -Infinity;
    for (;;) {
      const { status, text, sentMs } = await check(instance, token);
      if (status === 200) lastMs = sentMs;
      else if (status === 401) break;
      else if (status !== 503) throw new Error(`${kind}: answered ${status}: ${text}`);
      if (sentMs - answeredMs > WATCH_LIMIT_MS) break;
      await sleep(PAUSE_MS);
    }
    return { kind, url: instance.url, milliseconds: Math.max(0, lastMs - answeredMs) };
  });
  try {
    await credential.revoke();
  } finally {
    answeredMs = performance.now();
  }
  return Promise.all(watching);
}

/** Measures so many revocations, some at once. */
export async function measureDelays(
  makeNext: (index: number) => Promise<Revocable>,
  count: number,
  instances: readonly Target[],
): Promise<Delay[]> {
  const delays: Delay[] = [];
  let begun = 0;
  const work = async (): Promise<void> => {
    while (begun < count) delays.push(...(await measureDelay(await makeNext(begun++), instances)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return delays;
}
