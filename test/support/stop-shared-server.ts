import type { EndOfRun } from './shared-server.js';

/** Jest's globalTeardown, for all projects. */
export default async function endRun(): Promise<void> {
  for (const end of (globalThis as EndOfRun).endsOfRun ?? []) await end();
}
