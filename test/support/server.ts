import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = resolve(__dirname, '../../dist/main.js');
const START_LIMIT_MS = 30_000;
const READY_POLL_MS = 20;

export const ADMIN = { username: 'admin', email: 'admin@example.com', password: 'correct horse battery' };

/** Settings of a server that believes what this machine's `X-Forwarded-For` says. */
export const BEHIND_PROXY = { TRUST_PROXY: '127.0.0.1' };

/** A server of its own: the built program in a process, on a free port, in an empty folder. */
export interface TestServer {
  readonly url: string;
  /** The working folder, with the database in `data/`. */
  readonly folder: string;
  readonly databaseFile: string;
  readonly process: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** Ends it and waits until it has ended; answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** An existing working folder, to start again on what is in it. */
  readonly folder?: string;
  /** Another program than the built one, for a test of the test. */
  readonly main?: string;
  /** Whether to wait until it has a key to sign with as well; true by default. */
  readonly untilReady?: boolean;
}

const folders = new Set<string>();
const children = new Set<ChildProcess>();

// A test that fails half-way must leave no server behind: Jest would wait for it for ever.
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty working folder that is gone when the tests are. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'personas-test-'));
  folders.add(folder);
  return folder;
}

/** Runs the built program to its end; for starts that are meant to fail. */
export async function runToEnd({ env = {}, folder = newFolder() }: StartOptions): Promise<{
  code: number | null;
  stdout: string;
  stderr: string;
}> {
  const child = launch(folder, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Starts a server and waits until it says that it answers, and can answer every call. */
export async function startServer({
  env = {},
  folder = newFolder(),
  main,
  untilReady = true,
}: StartOptions = {}): Promise<TestServer> {
  const options = {
    BOOTSTRAP_USERNAME: ADMIN.username,
    BOOTSTRAP_EMAIL: ADMIN.email,
    BOOTSTRAP_PASSWORD: ADMIN.password,
    ...env,
  };
  const child = launch(folder, options, main);
  let output = '';
  const url = await new Promise<string>((resolveUrl, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`The server did not start (${why}):\n${output}`));
    };
    const timer = setTimeout(() => {
      fail('too slow');
    }, START_LIMIT_MS);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /answers at (\S+)/.exec(output)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolveUrl(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => {
      clearTimeout(timer);
      fail('it ended');
    });
  });
  while (untilReady && !(await fetch(`${url}/health/ready`)).ok) await sleep(READY_POLL_MS);
  return {
    url,
    folder,
    databaseFile: join(folder, 'data/personas.sqlite'),
    process: child,
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}

function launch(folder: string, env: Readonly<Record<string, string>>, main = MAIN): ChildProcess {
  if (!existsSync(main)) throw new Error('Build first: npm run build');
  // Nothing of the machine's own settings reaches the server, so that a test means the same everywhere.
  const child = spawn(process.execPath, [main], { cwd: folder, env: { PATH: process.env.PATH, PORT: '0', ...env } });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}
