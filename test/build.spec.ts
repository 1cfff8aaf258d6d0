import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, resolve } from 'node:path';

const DIST = resolve(__dirname, '../dist');
const BUNDLE = [
  ...['main.js', 'cli.js'].map((name) => join(DIST, name)),
  ...readdirSync(join(DIST, 'bundle'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(DIST, 'bundle', name)),
];

/** Where the classes and functions of our own sources begin in a bundled file, and the source line each is mapped to. */
function declarations(file: string): { name: string; source: string; line: string | undefined }[] {
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload);
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(/^\s*(?:async )?(?:class|function) (\w+)/g)].flatMap((found) => {
        const entry = map.findEntry(index, found.index + found[0].search(/\S/));
        if (!('originalSource' in entry) || entry.originalSource.includes('/node_modules/')) return [];
        const source = resolve(file, '..', entry.originalSource);
        const line = existsSync(source) ? readFileSync(source, 'utf8').split('\n')[entry.originalLine] : undefined;
        return [{ name: found[1] ?? '', source, line }];
      }),
    );
}

describe('The bundle', () => {
  it('has source maps that lead from a declaration to its line in src/*.ts', () => {
    // A chunk that only re-exports others has no map.
    const found = BUNDLE.filter((file) => existsSync(`${file}.map`)).flatMap(declarations);
    expect(found.length).toBeGreaterThan(100);
    const astray = found.filter(({ name, line }) => line?.includes(name.replace(/\$\d+$/, '')) !== true);
    expect(astray).toEqual([]);
    expect(found.filter(({ source }) => !/\/src\/.+\.tsx?$/.test(source))).toEqual([]);
  });

  it('holds no character beyond ASCII, so that V8 stores its text at one byte a character', () => {
    const wide = BUNDLE.filter((file) => readFileSync(file).some((byte) => byte > 0x7f));
    expect(wide).toEqual([]);
  });
});
