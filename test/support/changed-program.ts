import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { newFolder } from './folders.js';

const ROOT = resolve(__dirname, '../..');

/** A text of the compiled program, and what takes its place. */
export type Change = readonly [found: RegExp, replacement: string];

/** For tests that make hundreds of attempts, and whose subject is not the cost of each. */
export const CHEAP_HASH: Change = [/memoryCost: 19_?456/, 'memoryCost: 64'];

let cheap: string | undefined;

/** The program with a cheap hash. Its first administrator is its own, since the hash of another costs what it did. */
export function cheapProgram(): string {
  return (cheap ??= changedProgram([CHEAP_HASH]));
}

/** What runs: not the modules that the bundle was made of. */
const PROGRAM = /^dist(?:$|\/[^/]+\.js$|\/bundle(?:$|\/.*\.c?js(?:\.cache)?$)|\/docs(?:$|\/browser))/;

/**
 * The built program with changes in each of its files that has the text.
 * @returns the path of its `main.js`.
 */
export function changedProgram(changes: readonly Change[]): string {
  const folder = newFolder();
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const filter = (path: string): boolean => PROGRAM.test(relative(ROOT, path));
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true, filter });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.c?js$/.test(name))
    .map((name) => join(folder, 'dist', name));
  for (const [found, replacement] of changes) {
    // Not `test`, which begins where the last hit of a global pattern ended, in another file.
    const hits = files.filter((file) => readFileSync(file, 'utf8').search(found) !== -1);
    if (hits.length === 0) throw new Error(`The built program has no ${String(found)}`);
    for (const file of hits) writeFileSync(file, readFileSync(file, 'utf8').replace(found, replacement));
  }
  return join(folder, 'dist/main.js');
}
