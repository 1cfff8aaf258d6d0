import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { newFolder } from './server.js';
import { describeWithProgram } from './with-program.js';

const START_LIMIT_MS = 10_000;

const PGBOUNCER = {
  name: 'PgBouncer',
  command: 'pgbouncer',
  versionOption: '--version',
  requiredBy: 'CI_REQUIRES_PGBOUNCER',
};

/** Tests that need PgBouncer; where there is none they are left out, and say so, unless `CI_REQUIRES_PGBOUNCER` is 1. */
export function describeWithPgBouncer(name: string, tests: () => void): void {
  describeWithProgram(PGBOUNCER, name, tests);
}

/** A PgBouncer in transaction mode, with two connections to each database of a PostgreSQL. */
export interface PgBouncer {
  /** The URL of the same database through it. */
  readonly urlFor: (databaseUrl: string) => string;
  readonly stop: () => Promise<void>;
}

/** @param serverUrl of the PostgreSQL, with the user that PgBouncer connects as. */
export async function startPgBouncer(serverUrl: string): Promise<PgBouncer> {
  const { hostname, port, username, password } = new URL(serverUrl);
  const own = await freePort();
  const folder = newFolder();
  const config = join(folder, 'pgbouncer.ini');
  writeFileSync(
    config,
    `[databases]
* = host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
`,
  );
  // A privileged PgBouncer is run as another user, who has to read its configuration.
  chmodSync(folder, 0o755);
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', [...asNobody, config], { stdio: ['ignore', 'ignore', 'pipe'] });
  await whenUp(child);
  return {
    urlFor: (databaseUrl) => {
      const url = new URL(databaseUrl);
      url.port = String(own);
      return url.href;
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function whenUp(child: ChildProcess): Promise<void> {
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const begin = performance.now();
  while (!log.includes('process up')) {
    if (child.exitCode !== null || performance.now() - begin > START_LIMIT_MS) {
      child.kill('SIGKILL');
      throw new Error(`PgBouncer did not start:\n${log}`);
    }
    await sleep(20);
  }
}
