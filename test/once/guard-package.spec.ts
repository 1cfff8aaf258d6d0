import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { installGuard, ROOT } from '../support/guard-package.js';

/** What a service reads of the packages that it has installed. */
const TYPES = ['@types', 'undici-types'];
const NAMES = ['createGuard', 'GuardError', 'guardErrorOf', 'checkRequest', 'sendRefusal', 'principalOf'].sort();

let folder: string;

beforeAll(() => {
  folder = installGuard(TYPES);
});

function runNode(file: string, text: string, ...options: string[]): unknown {
  writeFileSync(join(folder, file), text);
  return JSON.parse(execFileSync(process.execPath, [...options, file], { cwd: folder, encoding: 'utf8' }));
}

function run(program: string, ...args: string[]): string {
  const environment = { ...process.env, NODE_OPTIONS: '' };
  try {
    const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe', env: environment } as const;
    return execFileSync(process.execPath, [join(ROOT, 'node_modules', program), ...args], options);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(stdout + stderr, { cause: error });
  }
}

describe('The package of the guard', () => {
  it('has no dependencies, and is small', () => {
    const installed = join(folder, 'node_modules/elastic-personas-guard');
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).not.toHaveProperty('dependencies');
    expect(readdirSync(installed).sort()).toEqual(['LICENSE', 'README.md', 'lib', 'package.json']);
    const lib = readdirSync(join(installed, 'lib')).map((file) => join(installed, 'lib', file));
    expect(lib.every((file) => statSync(file).size > 0)).toBe(true);
    const code = lib.filter((file) => /\.c?js$/.test(file)).map((file) => readFileSync(file));
    expect(gzipSync(Buffer.concat(code)).length).toBeLessThan(15_000);
  });

  it('loads as an ES module and as CommonJS, and is one instance where Node can make it one', () => {
    const own = 'Object.keys(guard).sort()';
    const imported = `import * as guard from 'elastic-personas-guard'; console.log(JSON.stringify(${own}));`;
    expect(runNode('esm.mjs', imported)).toEqual(NAMES);
    const required = `const guard = require('elastic-personas-guard'); console.log(JSON.stringify(${own}));`;
    expect(runNode('cjs.cjs', required)).toEqual(NAMES);
    // What a loader does that knows no `module-sync`, such as an older Node.
    expect(runNode('old.cjs', required, '--no-experimental-require-module')).toEqual(NAMES);
    const same = `const one = require('elastic-personas-guard');
      import('elastic-personas-guard').then((other) => console.log(one.createGuard === other.createGuard));`;
    expect(runNode('same.cjs', same)).toBe(true);
  });

  it('loads in Jest, which requires CommonJS', () => {
    writeFileSync(
      join(folder, 'guard.test.js'),
      `const { createGuard, guardErrorOf } = require('elastic-personas-guard');
      const { principalOf } = require('elastic-personas-guard/express');
      test('a guard', async () => {
        const guard = createGuard({ url: 'http://127.0.0.1:9', authHeader: ${JSON.stringify(`ep_${'0'.repeat(30)}3KYb2u`)} });
        const error = await guard.check({}).catch((thrown) => thrown);
        expect(guardErrorOf(error).code).toBe('credential_required');
        expect(() => principalOf({})).toThrow('No guard');
        guard.close();
      });`,
    );
    writeFileSync(join(folder, 'jest.config.json'), '{"testMatch":["**/guard.test.js"]}');
    run('jest/bin/jest.js', '--config', 'jest.config.json', '--silent');
  });

  it.each([
    ['node16', 'node16', 'a.mts', 'b.cts'],
    ['bundler', 'esnext', 'a.ts', 'b.ts'],
  ])('has types for TypeScript with the resolution %s', (resolution, module, esm, cjs) => {
    const use = `export const guard: Guard = createGuard({ url: '', authHeader: '' });
      export const userId: Promise<string> = guard.check({ authorization: ['x'] }, { scopes: ['a'] }).then((p) => p.userId);
      // @ts-expect-error -- a misspelt option
      guard.check('', { scope: 'a' });`;
    const imports = `import { createGuard, type Guard } from 'elastic-personas-guard';
      import { requireCredential } from 'elastic-personas-guard/express';
      export const middleware = requireCredential(createGuard({ url: '', authHeader: '' }), { roles: ['admin'] });`;
    writeFileSync(join(folder, esm), `${imports}\n${use}`);
    if (cjs !== esm) writeFileSync(join(folder, cjs), `${imports}\n${use}`);
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node'];
    const all = [...options, '--moduleResolution', resolution, '--module', module, '--skipLibCheck'];
    expect(run('typescript-native/bin/tsc', ...all, esm, cjs)).toBe('');
  });
});
