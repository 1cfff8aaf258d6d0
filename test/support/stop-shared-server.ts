import type { EndOfRun } from './shared-server.js';

/** Jest's globalTeardown, for all projects. @throws what the first end has thrown that failed, after all of them were tried */
export default async function endRun(): Promise<void> {
  const failures: unknown[] = [];
  for (const end of (globalThis as EndOfRun).endsOfRun ?? [])
    await end().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
