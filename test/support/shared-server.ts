import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Node itself loads this file, and finds no TypeScript by a name in .js.
import launching = require('./launch');

/** Where the end of the run finds what to end. */
export type EndOfRun = typeof globalThis & { endSharedServer?: () => Promise<void> };

/** Jest's globalSetup: makes what a first start makes, once for all, and starts the server that test files share. */
export default async function startSharedServer(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'personas-test-run-'));
  const seed = await makeSeed(folder);
  const child = launching.launchServer(folder, launching.BEHIND_PROXY);
  const guard = guardOf(child, folder);
  (globalThis as EndOfRun).endSharedServer = async () => {
    guard.stdin?.end();
    await once(guard, 'close');
  };
  const shared = await launching.whenAnswering(child, folder);
  await launching.whenReady(shared.url);
  launching.publishTestRun({ shared, seed });
}

/** Starts a server, ends it, and answers the folder with a copy of what it has left. */
async function makeSeed(folder: string): Promise<string> {
  const child = launching.launchServer(folder, {});
  const { url } = await launching.whenAnswering(child, folder);
  await launching.whenReady(url);
  child.kill('SIGTERM');
  await once(child, 'exit');
  const seed = join(folder, 'seed');
  cpSync(join(folder, 'data'), join(seed, 'data'), { recursive: true });
  return seed;
}

/** Ends the server and removes its folder when this process ends, by whatever signal: only the system closes a pipe then. */
function guardOf({ pid }: ChildProcess, folder: string): ChildProcess {
  const script = 'cat > /dev/null; kill -KILL "$0"; rm -rf "$1"';
  return spawn('sh', ['-c', script, String(pid), folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}
