import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { newFolder } from './folders.js';

export const ROOT = resolve(__dirname, '../..');

/**
 * Packs the guard library and installs it into a new folder, as a service does.
 * @param others packages of this project that the folder has as well
 */
export function installGuard(others: readonly string[] = []): string {
  const folder = newFolder();
  const run = (...args: string[]): string =>
    execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const [{ filename }] = JSON.parse(run('pack', '--json', join(ROOT, 'dist/guard'))) as [{ filename: string }];
  run('install', '--offline', '--no-audit', '--no-fund', '--omit=peer', `./${filename}`);
  for (const name of others) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link);
  }
  return folder;
}
