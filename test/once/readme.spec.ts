import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import '../../src/config/settings.js';
import { knownEnvironmentNames } from '../../src/config/setting.decorator.js';
import { installedLanguages, runProgram } from '../support/interpreters.js';
import { ADMIN, startServer } from '../support/server.js';

const ROOT = resolve(__dirname, '../..');
/** Names that Node, the tests and other programs read; the server's settings are not among them. */
const OTHER_VARIABLES = [
  ...['UV_THREADPOOL_SIZE', 'NODE_COMPILE_CACHE', 'NODE_OPTIONS', 'DROP_HEADER'],
  // Of terminals.
  ...['NO_COLOR', 'FORCE_COLOR'],
  // Of a service with the guard library.
  ...['PERSONAS_URL', 'PERSONAS_AUTH_HEADER'],
  ...['CI_REQUIRES_LANGUAGES', 'CI_REQUIRES_BROWSER', 'TEST_DATABASE_URL', 'SOAK_REVOCATIONS', 'BENCH_DATABASE_URL'],
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

describe('The tour of the README', () => {
  const withShell = installedLanguages().includes('shell') ? it : it.skip;

  withShell('runs as it is written, against a server that was never started before', async () => {
    const [tour = ''] = allMatches(readme, /^```sh tour\n([^]*?)^```/gm);
    const server = await startServer();
    const program = tour
      .replace('http://127.0.0.1:3000', server.url)
      .replace('the one that was printed', ADMIN.password);
    const expected = allMatches(tour, /^# prints: (.+)$/gm);
    expect(expected.length).toBeGreaterThan(0);
    expect((await runProgram('shell', program)).trimEnd().split('\n')).toEqual(expected);
  });
});

describe('The README', () => {
  it('describes every setting there is, and none that is not', () => {
    const described = allMatches(readme, /^\| `([A-Z_]+)` +\|/gm);
    expect(described.toSorted()).toEqual(knownEnvironmentNames().toSorted());
  });

  it('links every page there is, those of the decisions and of the proxies through their lists', () => {
    const lists = [DECISIONS, PROXIES].map((folder) => join(folder, 'README.md'));
    const linked = ['README.md', ...lists].flatMap((page) =>
      allMatches(read(page), /\]\(([^)#]+\.md)/g).map((link) => join(dirname(page), link)),
    );
    expect(pages.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([]);
  });
});

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links nothing that is not there', () => {
    const links = allMatches(withoutCode(text), /\]\(([^)\s]+)\)/g).filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => isBroken(page, link))).toEqual([]);
  });

  it('names no file that is not there', () => {
    const named = allMatches(text, /`((?:src|test|docs|bench|\.ci)\/[\w./-]+)`/g);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('names no command that is not there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = allMatches(text, /npm run ([\w:-]+)/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names no variable of the environment that is not there', () => {
    const named = allMatches(text, /\b([A-Z]+(?:_[A-Z]+)+)\b/g);
    const known = [...knownEnvironmentNames(), ...OTHER_VARIABLES];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});
