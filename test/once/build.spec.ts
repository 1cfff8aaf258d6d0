import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { changedProgram } from '../support/changed-program.js';

const ROOT = resolve(__dirname, '../..');
const DIST = join(ROOT, 'dist');
const BUNDLE = [
  ...['main.js', 'cli.js', 'load-bundle.js', 'node-version.js'].map((name) => join(DIST, name)),
  ...readdirSync(join(DIST, 'bundle'))
    .filter((name) => name.endsWith('.cjs'))
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

describe('The code cache', () => {
  /** Prints for each chunk whether V8 has rejected its cache; undefined without one. */
  const SPY = `
    import vm from 'node:vm';
    import { syncBuiltinESMExports } from 'node:module';
    const { Script } = vm;
    vm.Script = class extends Script {
      constructor(source, options) {
        super(source, options);
        process.stderr.write(options.filename + ' ' + String(this.cachedDataRejected) + '\\n');
      }
    };
    syncBuiltinESMExports();`;

  function help(program: string): { stdout: string; chunks: string[] } {
    const spy = `--import=data:text/javascript,${encodeURIComponent(SPY)}`;
    const { stdout, stderr } = spawnSync(process.execPath, [spy, join(program, 'cli.js'), '--help'], {
      encoding: 'utf8',
    });
    return {
      stdout,
      chunks: stderr
        .trim()
        .split('\n')
        .map((line) => line.slice(line.lastIndexOf(' ') + 1)),
    };
  }

  it('is taken by V8 for every chunk that a program loads', () => {
    const { stdout, chunks } = help(DIST);
    expect(stdout).toContain('Administers Elastic Personas');
    expect(chunks.length).toBeGreaterThan(3);
    expect(new Set(chunks)).toEqual(new Set(['false']));
  });

  it('is left alone where the text is another one, also one of the same length', () => {
    const { stdout, chunks } = help(dirname(changedProgram([[/Administers Elastic/, 'Administers elastic']])));
    expect(stdout).toContain('Administers elastic Personas');
    expect(new Set(chunks)).toEqual(new Set(['false', 'undefined']));
  });
});

describe('The package', () => {
  it('holds the bundle, the pages and how to begin, and nothing else', () => {
    // Without scripts: `prepack` would build while other tests run what is built.
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT });
    const [{ files }] = JSON.parse(listed.toString()) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    const pages = ['console', 'docs', 'pages'].flatMap((folder) =>
      readdirSync(join(ROOT, `src/${folder}/browser`))
        .filter((name) => /\.(html|css|js|svg)$/.test(name))
        .map((name) => `dist/${folder}/browser/${name}`),
    );
    const expected = [
      ...['.env.example', 'LICENSE', 'README.md', 'package.json'],
      ...BUNDLE.map((file) => relative(ROOT, file)),
      ...pages,
    ];
    expect(paths.filter((path) => !path.endsWith('.map')).toSorted()).toEqual(expected.toSorted());
  });
});
