import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { newFolder } from '../support/server.js';

const ROOT = resolve(__dirname, '../..');

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

/** What the rules of `.ci/layers.cjs` find in a tree of files that import nothing but these. */
function violationsOf(imports: readonly (readonly [from: string, to: string])[]): string[][] {
  const folder = newFolder();
  const texts = new Map(imports.flat().map((file) => [file, 'export {};\n']));
  for (const [from, to] of imports) {
    const specifier = `./${relative(dirname(from), to)}`.replace(/\.ts$/, '.js');
    texts.set(from, `${texts.get(from) ?? ''}import '${specifier}';\n`);
  }
  texts.set('tsconfig.json', '{}');
  for (const [file, text] of texts) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const depcruise = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(ROOT, '.ci/layers.cjs');
  const { stdout } = spawnSync(process.execPath, [depcruise, 'src', '--config', config, '--output-type', 'json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
  return summary.violations.map(({ rule, from }) => [rule.name, from]);
}

const FORBIDDEN = [
  ['auth/auth.module.ts', 'session/session.module.ts', 'auth, kittens, pages: only what lies below'],
  ['database/data-source.ts', 'user/user.service.ts', 'crypto, database: only what lies below'],
  [
    'accounts/accounts.module.ts',
    'user/user.module.ts',
    'accounts, leaks, oauth, user, housekeeping: only what lies below',
  ],
  ['user/user.controller.ts', 'docs/openapi.ts', 'accounts, leaks, oauth, user, housekeeping: only what lies below'],
  ['guard/read-credential.ts', 'errors/api-error.ts', 'the-library-stands-alone'],
  ['user/user.service.ts', 'database/sqlite/read-connection.ts', 'one-dialect-one-folder'],
  ['user/user.repository.ts', 'database/sqlite/read-connection.ts', 'one-dialect-one-folder'],
  ['database/prepared/prepared-query.ts', 'database/sqlite/read-connection.ts', 'one-dialect-one-folder'],
  ['cli/checks.ts', 'database/sqlite/read-connection.ts', 'one-dialect-one-folder'],
  ['user/user.repository.ts', '../node_modules/sqlite3/index.ts', 'one-dialect-one-folder'],
  ['user/user.repository.ts', 'database/postgres/pooled-statements.ts', 'one-dialect-one-folder'],
  [
    'database/sqlite/read-connection.ts',
    'database/postgres/pooled-statements.ts',
    'databases-know-nothing-of-each-other',
  ],
  [
    'database/postgres/pooled-statements.ts',
    'database/sqlite/read-connection.ts',
    'databases-know-nothing-of-each-other',
  ],
  ['user/user.service.ts', '../node_modules/typeorm/index.ts', 'statements-in-repositories'],
  ['kittens/kittens.module.ts', 'app.module.ts', 'the-root-assembles'],
  ['helpers/text.ts', 'net/origin.ts', 'every-folder-has-a-storey'],
] as const;

describe('The layers of src/', () => {
  it('let each folder import what lies below it', () => {
    const allowed = [
      ['src/app.module.ts', 'src/user/user.module.ts'],
      ['src/user/user.module.ts', 'src/auth/auth.module.ts'],
      ['src/user/user.module.ts', 'src/user/user.service.ts'],
      ['src/session/session.module.ts', 'src/auth/auth.module.ts'],
      ['src/auth/auth.module.ts', 'src/guard/read-credential.ts'],
      ['src/user/user.repository.ts', 'node_modules/typeorm/index.ts'],
      ['src/database/databases.ts', 'src/database/sqlite/read-connection.ts'],
      ['src/database/databases.ts', 'src/database/postgres/pooled-statements.ts'],
    ] as const;
    expect(violationsOf(allowed)).toEqual([]);
  });

  it('refuse an import of what lies above, and two folders that import each other', () => {
    const arrows = FORBIDDEN.map(([from, to]) => [`src/${from}`, join('src', to)] as const);
    const turned = ['src/session/session.service.ts', 'src/auth/principal.ts'] as const;
    const found = violationsOf([...arrows, turned]);
    expect(found).toEqual(expect.arrayContaining(FORBIDDEN.map(([from, , rule]) => [rule, `src/${from}`])));
    expect(found).toContainEqual(['folders-point-one-way', 'src/auth']);
    expect(found.flat()).not.toContain(turned[0]);
  });
});
