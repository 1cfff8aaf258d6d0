import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const UNFORMATTED = 'export const one = {a:"b"}\n';
const FORMATTED = "export const one = { a: 'b' };\n";

describe('The pre-commit hook', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'personas-test-'));
    for (const name of ['.ci/hooks', '.oxlintrc.json', 'package.json', 'tsconfig.json']) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    git('init', '--quiet');
    git('config', 'core.hooksPath', '.ci/hooks');
    write('.gitignore', 'node_modules\n');
    git('add', '--all');
    git('commit', '--quiet', '--no-verify', '--message', 'Begin');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function git(...args: string[]): SpawnSyncReturns<string> {
    // Nothing of the machine's own settings reaches Git, nor the index of a commit that these tests may run in.
    const person = {
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@b',
    };
    const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', ...person };
    return spawnSync('git', args, { cwd: folder, encoding: 'utf8', env });
  }

  function write(name: string, text: string): void {
    writeFileSync(join(folder, name), text);
  }

  /** The file as it was committed last; empty where it never was. */
  function committed(name: string): string {
    return git('show', `HEAD:${name}`).stdout;
  }

  it('formats what is staged, under any name, and leaves the rest alone', () => {
    write('one [1].mjs', UNFORMATTED);
    write('other.mjs', UNFORMATTED);
    git('add', 'one [[]1].mjs');
    expect(git('commit', '--message', 'One')).toMatchObject({ status: 0 });
    expect(committed('one [1].mjs')).toBe(FORMATTED);
    expect(readFileSync(join(folder, 'other.mjs'), 'utf8')).toBe(UNFORMATTED);
    expect(git('status', '--porcelain').stdout).toBe('?? other.mjs\n');
  });

  it('refuses what the linter cannot fix', () => {
    write('one.mjs', 'export const one = 1;\nlet two;\n');
    git('add', 'one.mjs');
    const { status, stderr } = git('commit', '--message', 'One');
    expect(status).toBe(1);
    expect(stderr).toContain('no-unused-vars');
    expect(committed('one.mjs')).toBe('');
  });

  it('refuses a file that is staged in part, names it and changes nothing', () => {
    write('one.mjs', UNFORMATTED);
    git('add', 'one.mjs');
    appendFileSync(join(folder, 'one.mjs'), '// not yet\n');
    const { status, stderr } = git('commit', '--message', 'One');
    expect(status).toBe(1);
    expect(stderr).toMatch(/staged in part.*\n.*one\.mjs/);
    expect(git('show', ':one.mjs').stdout).toBe(UNFORMATTED);
    expect(readFileSync(join(folder, 'one.mjs'), 'utf8')).toBe(`${UNFORMATTED}// not yet\n`);
  });

  it('asks to commit again where a commit names its paths, since that has an index of its own', () => {
    write('one.json', '[1]\n');
    git('add', 'one.json');
    git('commit', '--no-verify', '--message', 'One');
    write('one.json', '[1,2]\n');
    expect(git('commit', '--message', 'Two', 'one.json').stderr).toContain('commit again');
    expect(git('commit', '--message', 'Two', 'one.json')).toMatchObject({ status: 0 });
    expect(committed('one.json')).toBe('[1, 2]\n');
    expect(git('status', '--porcelain').stdout).toBe('');
  });
});
