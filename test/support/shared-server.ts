import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Node itself loads this file, and finds no TypeScript by a name in .js.
/* eslint-disable @typescript-eslint/no-require-imports */
import databases = require('./folder-database');
import launching = require('./launch');

/** Where the end of the run finds what to end, the last first. */
export type EndOfRun = typeof globalThis & { endsOfRun?: (() => Promise<void>)[] };

/** Jest's globalSetup of the projects on SQLite. */
export default async function prepareSqlite(): Promise<void> {
  launching.publishTestRun('sqlite', await prepareRun(newRunFolder(), {}, () => Promise.resolve()));
}

/** A working folder for a server of the whole run. */
export function newRunFolder(): string {
  return mkdtempSync(join(tmpdir(), 'personas-test-run-'));
}

/**
 * Makes what a first start makes, once for all, and starts the server that test files share, which ends with the run.
 * @param copyDatabase copies what the seed's folder itself does not hold, while no server runs
 */
export async function prepareRun(
  folder: string,
  env: Readonly<Record<string, string>>,
  copyDatabase: (seed: string) => Promise<void>,
): Promise<launching.TestRun> {
  const seed = await makeSeed(folder, env);
  await copyDatabase(seed);
  // A connection that a test file left idle must not end just when the next one uses it.
  const lasting = { KEEP_ALIVE: '1h' };
  const child = await launching.launchServer(folder, { ...launching.BEHIND_PROXY, ...lasting, ...env });
  const guard = guardOf(child, folder);
  atEndOfRun(async () => {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    try {
      launching.refuseSecrets([folder], await databases.secretsInFolderDatabases());
    } finally {
      guard.stdin?.end();
      await once(guard, 'close');
    }
  });
  const { url, databaseFile } = await launching.whenAnswering(child, folder);
  await launching.whenReady(url);
  return { shared: { url, folder, databaseFile }, seed };
}

/** Starts a server, ends it, and answers the folder with a copy of what it has left. */
async function makeSeed(folder: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = await launching.launchServer(folder, env);
  const { url } = await launching.whenAnswering(child, folder);
  await launching.whenReady(url);
  child.kill('SIGTERM');
  await once(child, 'exit');
  const seed = join(folder, 'seed');
  cpSync(join(folder, 'data'), join(seed, 'data'), { recursive: true });
  return seed;
}

export function atEndOfRun(end: () => Promise<void>): void {
  ((globalThis as EndOfRun).endsOfRun ??= []).unshift(end);
}

/** Ends the server and removes its folder when this process ends, by whatever signal: only the system closes a pipe then. */
function guardOf({ pid }: ChildProcess, folder: string): ChildProcess {
  const script = 'cat > /dev/null; kill -KILL "$0"; rm -rf "$1"';
  return spawn('sh', ['-c', script, String(pid), folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}
