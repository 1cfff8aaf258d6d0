import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestServer } from './server.js';

/** Without its bound, a stop takes as long as the connection lasts. */
const WAIT_LIMIT_MS = 30_000;

/** How a server ended after a signal; undefined if it did not. */
export async function endAfter(server: TestServer, signal: NodeJS.Signals): Promise<string | undefined> {
  const ended = once(server.process, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  server.process.kill(signal);
  const how = ended.then(([code, by]) => by ?? String(code));
  return Promise.race([how, sleep(WAIT_LIMIT_MS, undefined, { ref: false })]);
}
