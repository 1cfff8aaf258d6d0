import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const DOCS = resolve(__dirname, '../../../docs');

/** The rows of the bar, by their groups. A number that is left out was none of ours. */
const ROWS: Readonly<Record<string, readonly number[]>> = {
  T: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 18, 19, 20, 21, 22, 23, 24, 25, 28],
  H: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14],
  L: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21],
  K: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17],
  I: [1, 2, 3, 4, 5, 6, 7, 8],
  A: [1, 2, 3, 4, 5, 6],
  X: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
};
const IDS = Object.entries(ROWS).flatMap(([group, numbers]) => numbers.map((number) => `${group}${number}`));
const STATUS = /^(?:held|partly|differs|measured|open|does not apply)\b/;

const [, section = ''] = readFileSync(resolve(DOCS, 'security.md'), 'utf8').split(/^## The bar, row by row$/m);
const rows = [
  ...section
    .split(/^## /m, 1)
    .join('')
    .matchAll(/^\| ([A-Z]\d+) +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm),
].map(([, id = '', , tests = '', status = '']) => ({
  id,
  status,
  tests: [...tests.matchAll(/\]\(([^)]+)\) “(.+?)”(?:; |$)/g)].map(([, file = '', title = '']) => ({ file, title })),
}));

/** Whether a test, or a group of tests, of a file has a title: a text of its source in quotation marks. */
function hasTitle(file: string, title: string): boolean {
  const path = resolve(DOCS, file);
  const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return ["'", '"', '`'].some((mark) => source.includes(`${mark}${title}${mark}`));
}

describe('The map of the security bar in docs/security.md', () => {
  it('has each row once', () => {
    expect(rows.map(({ id }) => id)).toEqual(IDS);
  });

  it('names tests that exist, for every row that is held', () => {
    const missing = rows.flatMap(({ id, tests }) =>
      tests.filter(({ file, title }) => !hasTitle(file, title)).map(({ file, title }) => [id, file, title]),
    );
    expect(missing).toEqual([]);
    expect(rows.filter(({ tests, status }) => tests.length === 0 && /^(?:held|partly)/.test(status))).toEqual([]);
    // The check itself can fail.
    expect(hasTitle('../test/jwt.spec.ts', 'alg %j')).toBe(true);
    for (const file of ['../test/jwt.spec.ts', '../test/gone.spec.ts'])
      expect(hasTitle(file, 'no such test')).toBe(false);
  });

  it('says of each row whether it is held, and why where it is not', () => {
    for (const { id, status } of rows) {
      expect([id, status]).toEqual([id, expect.stringMatching(STATUS)]);
      if (!status.startsWith('held')) expect([id, status.length > 30]).toEqual([id, true]);
    }
  });
});
