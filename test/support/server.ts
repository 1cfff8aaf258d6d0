import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyFolderDatabase, dropFolderDatabases, secretsInFolderDatabases } from './folder-database.js';
import { newFolder, removeFolders } from './folders.js';
import {
  databaseFileIn,
  launch,
  launchServer,
  notePrinted,
  postgresUrl,
  refuseSecrets,
  type RunningServer,
  testRun,
  whenAnswering,
  whenReady,
} from './launch.js';
import { TESTED_DATABASE } from './tested-database.js';

export { newFolder } from './folders.js';
export { ADMIN, BEHIND_PROXY, MAIL_SETTINGS, type RunningServer } from './launch.js';

/** A server of its own: the built program in a process, on a free port, in a working folder. */
export interface TestServer extends RunningServer {
  readonly process: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** Ends it and waits until it has ended; answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The working folder; by default a {@link leftFolder}. A test of a first start brings a {@link newFolder}. */
  readonly folder?: string;
  /** Another program than the built one, for a test of the test. */
  readonly main?: string;
  /** Whether to wait until it has a key to sign with as well; true by default. */
  readonly untilReady?: boolean;
  /** How many descriptors it may have open; by default as many as this process. */
  readonly descriptors?: number;
}

const CLOSE_LIMIT_MS = 5000;
const children = new Set<ChildProcess>();
/** The working folders of the servers of this file. */
const servedFolders = new Set<string>();

// A test that fails half-way must leave no server behind: Jest would wait for it for ever.
afterAll(async () => {
  const closed = [...children].map((child) => once(child, 'close'));
  for (const child of children) child.kill('SIGKILL');
  // What they have printed last is read, unless a process of theirs goes on.
  await Promise.race([Promise.all(closed), sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
  try {
    refuseSecrets(servedFolders, await secretsInFolderDatabases());
  } finally {
    servedFolders.clear();
    removeFolders();
    await dropFolderDatabases();
  }
});

/** The settings that what a first start makes depends on. */
const OF_FIRST_START = /^(?:BOOTSTRAP_\w+|DATABASE_URL|JWT_ALGORITHM|NODE_ENV|SECRET_KEY)$/;

/** A working folder in which a server has been started before: migrations, a key and a hash take a quarter of a start. */
async function seededFolder(env: Readonly<Record<string, string>>): Promise<string> {
  return Object.keys(env).some((name) => OF_FIRST_START.test(name)) ? newFolder() : (await leftFolder()).folder;
}

/** A working folder that a server has left. */
export type LeftFolder = Pick<RunningServer, 'folder' | 'databaseFile'>;

/** A working folder as a server has left it, whose first administrator is {@link ADMIN}. */
export async function leftFolder(): Promise<LeftFolder> {
  const folder = newFolder();
  const { seed } = testRun();
  cpSync(seed, folder, { recursive: true });
  if (TESTED_DATABASE === 'postgres') await copyFolderDatabase(postgresUrl(), seed, folder);
  return { folder, databaseFile: databaseFileIn(folder) };
}

/** Runs the built program to its end; for starts that are meant to fail. */
export async function runToEnd({ env = {}, folder = newFolder() }: StartOptions): Promise<{
  code: number | null;
  stdout: string;
  stderr: string;
}> {
  const child = tracked(await launch(folder, env));
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  notePrinted(stdout + stderr);
  return { code, stdout, stderr };
}

/** Starts a server and waits until it says that it answers, and can answer every call. */
export async function startServer({
  env = {},
  folder: given,
  main,
  untilReady = true,
  descriptors,
}: StartOptions = {}): Promise<TestServer> {
  const folder = given ?? (main === undefined ? await seededFolder(env) : newFolder());
  const child = tracked(await launchServer(folder, env, main, descriptors));
  servedFolders.add(folder);
  const server = await whenAnswering(child, folder);
  if (untilReady) await whenReady(server.url);
  return {
    ...server,
    process: child,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

/** A process that is ended after the tests of the file, at the latest. */
function tracked(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}
