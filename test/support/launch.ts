import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MAIN = resolve(__dirname, '../../dist/main.js');
const START_LIMIT_MS = 30_000;
const READY_POLL_MS = 20;
/** Where Jest's setup leaves a {@link TestRun} for its workers. */
const RUN_VARIABLE = 'PERSONAS_TEST_RUN';

export const ADMIN = { username: 'admin', email: 'admin@example.com', password: 'correct horse battery' };

/** Settings of a server that believes what this machine's `X-Forwarded-For` says. */
export const BEHIND_PROXY = { TRUST_PROXY: '127.0.0.1' };

type Environment = Readonly<Record<string, string>>;

/**
 * What tests set unless they say otherwise, for servers and commands alike. An RSA key takes seconds of a processor to
 * make, and nothing but the tests of JWTs depends on the algorithm. A test sets it to nothing for what a user gets.
 */
const TEST_SETTINGS = { JWT_ALGORITHM: 'ES256' };

/** The whole environment of a process. Nothing of the machine's own settings reaches it, so that a test means the same everywhere. */
export function environmentOf(env: Environment): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, ...TEST_SETTINGS, ...env };
}

/** A server that answers. */
export interface RunningServer {
  readonly url: string;
  /** The working folder, with the database in `data/`. */
  readonly folder: string;
  readonly databaseFile: string;
}

/** What Jest's setup has started and prepared for all test files of a run. */
export interface TestRun {
  readonly shared: RunningServer;
  /** A working folder as a first start leaves it, to be copied. */
  readonly seed: string;
}

/** Hands the run to Jest's workers, which inherit the environment. */
export function publishTestRun(run: TestRun): void {
  process.env[RUN_VARIABLE] = JSON.stringify(run);
}

/** @throws Error outside a run of Jest */
export function testRun(): TestRun {
  const text = process.env[RUN_VARIABLE];
  if (text === undefined) throw new Error("Jest's setup has prepared nothing: see jest.config.mjs");
  return JSON.parse(text) as TestRun;
}

/** Starts a built program. */
export function launch(folder: string, env: Environment, main = MAIN): ChildProcess {
  if (!existsSync(main)) throw new Error('Build first: npm run build');
  return spawn(process.execPath, [main], { cwd: folder, env: environmentOf({ PORT: '0', ...env }) });
}

/** Starts a server whose first administrator is {@link ADMIN}. */
export function launchServer(folder: string, env: Environment, main?: string): ChildProcess {
  const bootstrap = {
    BOOTSTRAP_USERNAME: ADMIN.username,
    BOOTSTRAP_EMAIL: ADMIN.email,
    BOOTSTRAP_PASSWORD: ADMIN.password,
  };
  return launch(folder, { ...bootstrap, ...env }, main);
}

/** Waits until a launched server says where it answers. */
export async function whenAnswering(
  child: ChildProcess,
  folder: string,
): Promise<RunningServer & { output(): string }> {
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
  return { url, folder, databaseFile: join(folder, 'data/personas.sqlite'), output: () => output };
}

/** Waits until a server can answer every call: until it has a key to sign with. */
export async function whenReady(url: string): Promise<void> {
  while (!(await fetch(`${url}/health/ready`)).ok) await new Promise((done) => setTimeout(done, READY_POLL_MS));
}
