import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Node itself loads this file, and finds no TypeScript by a name in .js.
import launching = require('./launch');

/** Where the end of the run finds what to end, the last first. */
export type EndOfRun = typeof globalThis & { endsOfRun?: (() => Promise<void>)[] };

/** Jest's globalSetup of the projects on SQLite: starts the server that test files share. */
export default async function prepareSqlite(): Promise<void> {
  launching.publishTestRun('sqlite', { shared: await startSharedServer(newRunFolder(), {}) });
}

/** A working folder for a server of the whole run. */
export function newRunFolder(): string {
  return mkdtempSync(join(tmpdir(), 'personas-test-run-'));
}

/** Starts a server that ends with the run. */
export async function startSharedServer(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<launching.RunningServer> {
  const child = await launching.launchServer(folder, { ...launching.BEHIND_PROXY, ...env });
  const guard = guardOf(child, folder);
  atEndOfRun(async () => {
    guard.stdin?.end();
    await once(guard, 'close');
  });
  const { url, databaseFile } = await launching.whenAnswering(child, folder);
  await launching.whenReady(url);
  return { url, folder, databaseFile };
}

export function atEndOfRun(end: () => Promise<void>): void {
  ((globalThis as EndOfRun).endsOfRun ??= []).unshift(end);
}

/** Ends the server and removes its folder when this process ends, by whatever signal: only the system closes a pipe then. */
function guardOf({ pid }: ChildProcess, folder: string): ChildProcess {
  const script = 'cat > /dev/null; kill -KILL "$0"; rm -rf "$1"';
  return spawn('sh', ['-c', script, String(pid), folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}
