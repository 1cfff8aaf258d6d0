import type { EndOfRun } from './shared-server.js';

/** Jest's globalTeardown. */
export default async function stopSharedServer(): Promise<void> {
  await (globalThis as EndOfRun).endSharedServer?.();
}
