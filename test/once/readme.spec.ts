import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import '../../src/config/settings.js';
import { knownEnvironmentNames } from '../../src/config/setting.decorator.js';
import { ADMIN, startServer, type TestServer } from '../support/server.js';
import { describeWithProgram } from '../support/with-program.js';

const ROOT = resolve(__dirname, '../..');
/** Names that Node, the tests and other programs read; the server's settings are not among them. */
const OTHER_VARIABLES = [
  ...['UV_THREADPOOL_SIZE', 'NODE_COMPILE_CACHE', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'DROP_HEADER'],
  // Of terminals.
  ...['NO_COLOR', 'FORCE_COLOR'],
  // Of a service with the guard library.
  ...['PERSONAS_URL', 'PERSONAS_AUTH_HEADER'],
  ...[
    'CI_REQUIRES_LANGUAGES',
    'CI_REQUIRES_BROWSER',
    'CHROMIUM',
    'TEST_PICTURES',
    'TEST_DATABASE_URL',
    'BENCH_DATABASE_URL',
  ],
  ...[
    'SOAK_REVOCATIONS',
    'SOAK_CRASHES',
    'SOAK_CRASHES_OF_POSTGRES',
    'SOAK_CRASHES_OF_WORKERS',
    'SOAK_KILLED_COMMANDS',
  ],
  ...['SOAK_ATTACK_SECONDS', 'SOAK_UNREMEMBERED', 'SOAK_WORKERS'],
  // Of an example.
  'SPANS_FILE',
  // Codes of SQLite, as lines of the log have them.
  ...['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_CORRUPT', 'SQLITE_CONSTRAINT_UNIQUE'],
  ...['FUZZ_REQUESTS', 'FUZZ_SEED', 'FUZZ_PATH', 'FUZZ_LANES', 'FUZZ_DATABASE', 'FUZZ_MEMORY', 'FUZZ_MUTANT'],
];
const DECISIONS = 'docs/decisions';
const PROXIES = 'docs/proxies';

const pages = ['.', 'docs', DECISIONS, PROXIES].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const readme = read('README.md');

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

function allMatches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

function withoutCode(text: string): string {
  return text.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

/** The anchors of a page's headings, as a repository's host makes them. */
function anchorsOf(page: string): string[] {
  return allMatches(read(page), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

/** The blocks of code of the README that are marked in one way. */
function blocksOf(mark: string): string[] {
  return allMatches(readme, new RegExp(`^\`\`\`${mark}\\n([^]*?)^\`\`\``, 'gm'));
}

describe('The tour of the README', () => {
  const [tour = ''] = blocksOf('sh tour');
  const [printed = ''] = blocksOf('text');
  let server: TestServer;

  beforeAll(async () => {
    // One that was never started before.
    server = await startServer();
  });

  /** Types the password as the first block says, and pastes the second. */
  async function take(
    shell: string,
    withoutFiles: string,
    password: string,
  ): Promise<{ stdout: string; stderr: string }> {
    const program = `${blocksOf('sh password').join('')}${tour.replace('http://127.0.0.1:3000', server.url)}`;
    const child = spawn(shell, [withoutFiles, '-c', program], { env: { PATH: process.env.PATH, LANG: 'C.UTF-8' } });
    child.stdin.end(`${password}\n`);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { stdout: stdout.replaceAll('\r', ''), stderr };
  }

  describe.each([
    ['bash', '--norc'],
    ['zsh', '-f'],
  ])('in %s', (shell, withoutFiles) => {
    const needed = { name: shell, command: shell, versionOption: '--version', requiredBy: 'CI_REQUIRES_LANGUAGES' };

    describeWithProgram(needed, 'of a terminal', () => {
      it('prints what it says', async () => {
        expect(await take(shell, withoutFiles, ADMIN.password)).toEqual({ stdout: printed, stderr: '' });
      });

      it('says that a password is wrong, and breaks nothing', async () => {
        const { stdout, stderr } = await take(shell, withoutFiles, 'forgotten');
        expect(stderr).toContain('error: 401');
        expect(stdout + stderr).not.toMatch(/command not found|\bat .*:\d+:\d+/);
      });
    });
  });
});

describe('The README', () => {
  it('is an entrance, of about 6 kB', () => {
    expect(readme.length).toBeLessThan(6500);
  });

  it.each([
    ['js', 'express.mjs'],
    ['ts', 'nest-http.ts'],
    ['py', 'fastapi_app.py'],
    ['go', 'main.go'],
  ])('shows in %s what is in the example %s, which other tests run', (mark, file) => {
    const linesOf = (source: string): string[] => source.split('\n').map((line) => line.trim());
    const example = linesOf(read(`examples/${file}`));
    const [shown = ''] = blocksOf(mark);
    const places = linesOf(shown)
      .filter((line) => line !== '')
      .map((line) => example.indexOf(line));
    expect(places.length).toBeGreaterThan(3);
    expect(places).not.toContain(-1);
  });

  it('leads to a description of every setting there is, and of none that is not', () => {
    const described = allMatches(read('docs/configuration.md'), /^\| `([A-Z_]+)` +\|/gm);
    expect(described.toSorted()).toEqual(knownEnvironmentNames().toSorted());
  });

  it('links every page there is, itself or through the lists of the folders', () => {
    const lists = ['docs', DECISIONS, PROXIES].map((folder) => join(folder, 'README.md'));
    const linked = ['README.md', ...lists].flatMap((page) =>
      allMatches(read(page), /\]\(([^)#]+\.md)/g).map((link) => join(dirname(page), link)),
    );
    expect(pages.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([]);
  });
});

describe.each(pages)('%s', (page) => {
  const content = read(page);

  it('links nothing that is not there', () => {
    const links = allMatches(withoutCode(content), /\]\(([^)\s]+)\)/g).filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => isBroken(page, link))).toEqual([]);
  });

  it('names no file that is not there', () => {
    const named = allMatches(content, /`((?:src|test|docs|bench|\.ci)\/[\w./-]+)`/g);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('names no command that is not there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = allMatches(content, /npm run (?:-s )?([\w:-]+)/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names no variable of the environment that is not there', () => {
    const named = allMatches(content, /\b([A-Z]+(?:_[A-Z]+)+)\b/g);
    const known = [...knownEnvironmentNames(), ...OTHER_VARIABLES];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});
