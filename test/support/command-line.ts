import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { environmentOf } from './launch.js';

export const CLI = resolve(__dirname, '../../dist/cli.js');
const POLL_MS = 25;

/** What a command left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
}

/** Runs the built command line in a server's folder, to its end. */
export async function run(
  { folder }: { readonly folder: string },
  args: readonly string[],
  { env = {}, input = '' }: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: await environmentOf(folder, env) });
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** Runs a command with `--json`; answers what it printed. */
export async function runJson<T>(
  where: { readonly folder: string },
  args: readonly string[],
  options: RunOptions = {},
): Promise<T> {
  const { code, stdout, stderr } = await run(where, [...args, '--json'], options);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** How many milliseconds pass until something holds; fails after three seconds. */
export async function timeUntil(holds: () => Promise<boolean>): Promise<number> {
  const begin = performance.now();
  while (!(await holds())) {
    if (performance.now() - begin > 3000) throw new Error('It never came to hold');
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return performance.now() - begin;
}
