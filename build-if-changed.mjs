import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Builds, unless dist/ was built from the same sources already: `npm start` after `npm ci` then takes a second. With `--mark`, the
 * end of a build, it notes what the build was made from.
 */
const ROOT = import.meta.dirname;
const MARK = join(ROOT, 'dist/.built-from');
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.emit.json', 'nest-cli.json'];
const SOURCES = ['src', 'package.json', 'package-lock.json', ...SETTINGS];

/** A hash of all that a build reads, and of Node's version, for which the code cache is. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  const builders = readdirSync(ROOT).filter((name) => name.endsWith('.mjs'));
  for (const source of [...SOURCES, ...builders]) {
    const files = source === 'src' ? readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true }) : [];
    const names = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    for (const name of source === 'src' ? names.toSorted() : [join(ROOT, source)])
      hash.update(`\0${name}\0`).update(readFileSync(name));
  }
  return hash.digest('hex');
}

if (process.argv.includes('--mark')) {
  writeFileSync(MARK, fingerprint());
} else if (!isBuilt() && canBuild()) {
  const { status } = spawnSync('npm', ['run', 'build'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}

function isBuilt() {
  return existsSync(MARK) && existsSync(join(ROOT, 'dist/main.js')) && readFileSync(MARK, 'utf8') === fingerprint();
}

/** An installation without the development packages, or without the sources, is of what was built elsewhere. */
function canBuild() {
  return existsSync(join(ROOT, 'src')) && existsSync(join(ROOT, 'node_modules/.bin/nest'));
}
