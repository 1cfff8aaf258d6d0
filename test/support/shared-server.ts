import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Node itself loads this file, and finds no TypeScript by a name in .js.
import launching = require('./launch');

/** Where the end of the run finds what to end. */
export type EndOfRun = typeof globalThis & { endSharedServer?: () => Promise<void> };

/** Jest's globalSetup: starts the server that test files share. */
export default async function startSharedServer(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'personas-test-run-'));
  const child = launching.launchServer(folder, launching.BEHIND_PROXY);
  const guard = guardOf(child, folder);
  (globalThis as EndOfRun).endSharedServer = async () => {
    guard.stdin?.end();
    await once(guard, 'close');
  };
  const shared = await launching.whenAnswering(child, folder);
  await launching.whenReady(shared.url);
  launching.publishTestRun({ shared });
}

/** Ends the server and removes its folder when this process ends, by whatever signal: only the system closes a pipe then. */
function guardOf({ pid }: ChildProcess, folder: string): ChildProcess {
  const script = 'cat > /dev/null; kill -KILL "$0"; rm -rf "$1"';
  return spawn('sh', ['-c', script, String(pid), folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}
