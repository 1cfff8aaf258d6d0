import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';

const FOLDER = import.meta.dirname;
/** Stores the hash of the lock file of the installed packages. */
const STAMP = join(FOLDER, 'node_modules/.installed');

/** Installs the benchmark packages into their own folder, for the oldest Node, which alone needs a compiled driver. */
export function install({ node }) {
  const wanted = createHash('sha256')
    .update(readFileSync(join(FOLDER, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  process.stderr.write('Installing what the benchmarks need, this once; it takes a minute or two\n');
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, env, stdio: ['ignore', 2, 2] });
  writeFileSync(STAMP, wanted);
}
