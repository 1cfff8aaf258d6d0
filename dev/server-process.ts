import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DevelopmentError, LOOPBACK } from './listen.js';

const ROOT = resolve(import.meta.dirname, '..');
const NEST = ['node_modules/@nestjs/cli/bin/nest.js', 'start', '--watch', '--watchAssets', '--no-shell'];
const POLL_MS = 100;
/** A server that is asked to stop answers its last requests first. */
const STOP_LIMIT_MS = 20_000;

/** The server of a development, in a group of processes: a compiler that watches starts it again and again. */
export class ServerProcess {
  private readonly child: ChildProcess;
  /** Resolves with the exit code. */
  readonly exited: Promise<number>;

  /** @param args of `nest start --watch`; undefined runs what is built, without a compiler. */
  constructor(args: readonly string[] | undefined, env: Readonly<Record<string, string>>) {
    const program = args === undefined ? ['dist/main.js'] : [...NEST, ...args];
    // A group of its own, so that a signal reaches the server as well as its compiler.
    this.child = spawn(process.execPath, program, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    this.exited = once(this.child, 'exit').then(([code]: (number | null)[]) => code ?? 0);
  }

  /** Waits until the server can answer every call. @throws DevelopmentError if it ends before */
  async whenReady(port: number): Promise<void> {
    while (!(await isReady(port))) {
      if (this.child.exitCode !== null) throw new DevelopmentError('The server did not start; its lines above say why');
      await sleep(POLL_MS);
    }
  }

  /** Stops all processes of the group, and waits until there are none. */
  async stop(): Promise<void> {
    const limit = Date.now() + STOP_LIMIT_MS;
    this.signal('SIGTERM');
    while (this.signal(0)) {
      if (Date.now() > limit) this.signal('SIGKILL');
      await sleep(POLL_MS);
    }
  }

  /** @returns whether there was a process to send it to. */
  private signal(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.child;
    if (pid === undefined) return false;
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://${LOOPBACK}:${port}/health/ready`)).ok;
  } catch {
    return false;
  }
}
