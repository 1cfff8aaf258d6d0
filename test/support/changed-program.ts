import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { newFolder } from './server.js';

const ROOT = resolve(__dirname, '../..');

/** A text of the compiled program, and what takes its place. */
export type Change = readonly [found: RegExp, replacement: string];

/**
 * The built program with changes in each of its files that has the text: the module, and the bundle that holds it.
 * @returns the path of its `main.js`.
 */
export function changedProgram(changes: readonly Change[]): string {
  const folder = newFolder();
  for (const name of ['dist', 'package.json']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.c?js$/.test(name))
    .map((name) => join(folder, 'dist', name));
  for (const [found, replacement] of changes) {
    // Not `test`, which begins where the last hit of a global pattern ended, in another file.
    const hits = files.filter((file) => readFileSync(file, 'utf8').search(found) !== -1);
    expect(hits).not.toHaveLength(0);
    for (const file of hits) writeFileSync(file, readFileSync(file, 'utf8').replace(found, replacement));
  }
  return join(folder, 'dist/main.js');
}
