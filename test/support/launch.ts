import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Node itself loads this file for Jest's setups, and finds no TypeScript by a name in .js.
import databases = require('./folder-database');
// eslint-disable-next-line @typescript-eslint/no-require-imports -- as above.
import tested = require('./tested-database');
// eslint-disable-next-line @typescript-eslint/no-require-imports -- as above.
import secrets = require('./secrets-in-text');

export const MAIN = resolve(__dirname, '../../dist/main.js');
const START_LIMIT_MS = 30_000;
const READY_POLL_MS = 20;
/** Where Jest's setup of a kind of database leaves a {@link TestRun} for its workers. */
const runVariable = (kind: tested.DatabaseKind): string => `PERSONAS_TEST_RUN_${kind.toUpperCase()}`;

export const ADMIN = { username: 'admin', email: 'admin@example.com', password: 'correct horse battery' };

/** Settings of a server that believes what this machine's `X-Forwarded-For` says. */
export const BEHIND_PROXY = { TRUST_PROXY: '127.0.0.1' };

/** Settings of a server that queues mails, and has nobody to send them to: nothing listens on that port. */
export const MAIL_SETTINGS = {
  PUBLIC_URL: 'https://login.example.com',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'login@example.com',
};

type Environment = Readonly<Record<string, string>>;

/**
 * What tests set unless they say otherwise, for servers and commands alike. An RSA key takes seconds of a processor to
 * make, and nothing but the tests of JWTs depends on the algorithm. A test sets it to nothing for what a user gets.
 */
const TEST_SETTINGS = { JWT_ALGORITHM: 'ES256' };

/**
 * The whole environment of a process. Nothing of the machine's own settings reaches it, so that a test means the same everywhere.
 * On PostgreSQL its database is one that belongs to the folder, as the file in the folder does on SQLite; it is made by this.
 */
export async function environmentOf(folder: string, env: Environment): Promise<NodeJS.ProcessEnv> {
  return { PATH: process.env.PATH, ...TEST_SETTINGS, ...(await databaseSettings(folder, env)), ...env };
}

async function databaseSettings(folder: string, env: Environment): Promise<Environment> {
  if (tested.TESTED_DATABASE === 'sqlite' || 'DATABASE_URL' in env) return {};
  return { DATABASE_URL: await databases.makeFolderDatabase(postgresUrl(), folder) };
}

/** The PostgreSQL of the run. @throws Error outside of a project that runs on it */
export function postgresUrl(): string {
  const { postgres } = testRun();
  if (postgres === undefined) throw new Error('This run has no PostgreSQL: see jest.config.mjs');
  return postgres;
}

/** Where a server keeps its database in a working folder, on SQLite. */
export function databaseFileIn(folder: string): string {
  return join(folder, 'data/personas.sqlite');
}

/** A server that answers. */
export interface RunningServer {
  readonly url: string;
  /** The working folder, with the secret in `data/`, and on SQLite the database. */
  readonly folder: string;
  /** Only there on SQLite. */
  readonly databaseFile: string;
}

/** What Jest's setup has started and prepared for all test files of a run. */
export interface TestRun {
  readonly shared: RunningServer;
  /** A working folder as a first start leaves it, to be copied. */
  readonly seed: string;
  /** The URL of a user of PostgreSQL who may make databases; only in a run on PostgreSQL. */
  readonly postgres?: string;
}

/** Hands the run to Jest's workers, which inherit the environment. */
export function publishTestRun(kind: tested.DatabaseKind, run: TestRun): void {
  process.env[runVariable(kind)] = JSON.stringify(run);
}

/** @throws Error outside a run of Jest */
export function testRun(): TestRun {
  const text = process.env[runVariable(tested.TESTED_DATABASE)];
  if (text === undefined) throw new Error("Jest's setup has prepared nothing: see jest.config.mjs");
  return JSON.parse(text) as TestRun;
}

/** The secrets that programs of this process were given. */
const givenSecrets = new Set<string>();
const printedSecrets: string[] = [];

/** Starts a built program. @param descriptors how many it may have open; by default as many as this process */
export async function launch(
  folder: string,
  env: Environment,
  main = MAIN,
  descriptors?: number,
): Promise<ChildProcess> {
  if (!existsSync(main)) throw new Error('Build first: npm run build');
  for (const name of ['SECRET_KEY', 'PREVIOUS_SECRET_KEY', 'BOOTSTRAP_PASSWORD']) givenSecrets.add(env[name] ?? '');
  const options = { cwd: folder, env: await environmentOf(folder, { PORT: '0', ...env }) };
  if (descriptors === undefined) return spawn(process.execPath, [main], options);
  return spawn('sh', ['-c', `ulimit -n ${descriptors} && exec "$0" "$1"`, process.execPath, main], options);
}

/** Notes what a program prints that nobody may read in a log. */
export function notePrinted(text: string): void {
  printedSecrets.push(...secrets.secretsIn(text, [...givenSecrets]));
}

/**
 * Throws if a program of this process has printed a secret, or if the database of a folder holds one that it must not. Every test
 * file asks at its end, and the run for the server that test files share: so it is asked of whatever the suite does.
 * @param held what databases hold that are no files
 */
export function refuseSecrets(folders: Iterable<string>, held: readonly string[] = []): void {
  const stored = [...folders].flatMap((folder) => secrets.secretsStoredIn(folder));
  const all = [...printedSecrets.splice(0).map((secret) => `A log has ${secret}`), ...stored, ...held];
  if (all.length > 0) throw new Error(`What nobody may read was written:\n${[...new Set(all)].join('\n')}`);
}

/** Starts a server whose first administrator is {@link ADMIN}. */
export function launchServer(
  folder: string,
  env: Environment,
  main?: string,
  descriptors?: number,
): Promise<ChildProcess> {
  const bootstrap = {
    BOOTSTRAP_USERNAME: ADMIN.username,
    BOOTSTRAP_EMAIL: ADMIN.email,
    BOOTSTRAP_PASSWORD: ADMIN.password,
  };
  return launch(folder, { ...bootstrap, ...env }, main, descriptors);
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
    child.once('close', () => {
      notePrinted(output);
    });
  });
  return { url, folder, databaseFile: databaseFileIn(folder), output: () => output };
}

/** Waits until a server can answer every call: until it has a key to sign with. */
export async function whenReady(url: string): Promise<void> {
  while (!(await fetch(`${url}/health/ready`)).ok) await new Promise((done) => setTimeout(done, READY_POLL_MS));
}
