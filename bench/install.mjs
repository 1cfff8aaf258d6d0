import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';

const LOCK = join(import.meta.dirname, 'package-lock.json');
const INSTALLED = join(import.meta.dirname, 'node_modules/.package-lock.json');

/** Installs what only the benchmarks need, into their own folder; for the oldest Node, which alone needs a driver built. */
export function install({ node }) {
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs) return;
  process.stderr.write('Installing what the benchmarks need, this once\n');
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: import.meta.dirname, env, stdio: ['ignore', 2, 2] });
}
