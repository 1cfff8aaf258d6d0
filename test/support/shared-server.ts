import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Node itself loads this file, and finds no TypeScript by a name in .js.
import launching = require('./launch');

/** Where the end of the run finds what to end. */
export type EndOfRun = typeof globalThis & { endSharedServer?: () => Promise<void> };

/** Jest's globalSetup: starts the server that test files share, and prepares what a server of its own starts with. */
export default async function startSharedServer(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'personas-test-run-'));
  const [folder, preparedFolder] = [join(root, 'shared'), join(root, 'prepared')];
  mkdirSync(folder);
  const child = launching.launchServer(folder, launching.BEHIND_PROXY);
  const guard = guardOf(child, root);
  (globalThis as EndOfRun).endSharedServer = async () => {
    guard.stdin?.end();
    await once(guard, 'close');
  };
  const shared = await launching.whenAnswering(child, folder);
  await launching.whenReady(shared.url);
  await prepare(preparedFolder, shared);
  launching.publishTestRun({ shared, preparedFolder });
}

/** Ends the server and removes its folder when this process ends, by whatever signal: only the system closes a pipe then. */
function guardOf({ pid }: ChildProcess, root: string): ChildProcess {
  const script = 'cat > /dev/null; kill -KILL "$0"; rm -rf "$1"';
  return spawn('sh', ['-c', script, String(pid), root], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}

/** Copies a server's database and secret, and deletes every row but those of the schema's history and of the signing key. */
async function prepare(preparedFolder: string, { folder, databaseFile }: launching.RunningServer): Promise<void> {
  mkdirSync(join(preparedFolder, 'data'), { recursive: true, mode: 0o700 });
  cpSync(join(folder, 'data/secret-key'), join(preparedFolder, 'data/secret-key'));
  const copy = join(preparedFolder, 'data/personas.sqlite');
  await run(databaseFile, 'VACUUM INTO ?', copy);
  const tables = await run<{ name: string }>(
    copy,
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN (?, ?)`,
    'migrations',
    'signing_key',
  );
  for (const { name } of tables) await run(copy, `DELETE FROM "${name}"`);
  await run(copy, 'VACUUM');
}

async function run<Row>(file: string, sql: string, ...values: string[]): Promise<Row[]> {
  const database = new sqlite3.Database(file);
  try {
    return await new Promise<Row[]>((resolve, reject) => {
      database.all<Row>(sql, values, (error, rows) => {
        if (error) reject(error);
        else resolve(rows);
      });
    });
  } finally {
    await new Promise<unknown>((done) => {
      database.close(done);
    });
  }
}
