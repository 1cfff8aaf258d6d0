import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'rolldown';
import { isolatedDeclarationSync } from 'rolldown/experimental';

/**
 * Builds `elastic-personas-guard`, the package for services, in dist/guard/, from the sources that the server itself reads
 * credentials with. It is of ES modules, and of CommonJS for loaders that cannot `require` these, such as that of Jest.
 */
const SOURCE = 'src/guard';
const TARGET = 'dist/guard';
const ENTRIES = ['index', 'nest', 'express', 'fastify'];
/** Also those that are loaded only to throw: a package manager that isolates packages lets one load no other. */
const PEERS = {
  '@nestjs/common': '>=10',
  '@nestjs/microservices': '>=10',
  '@nestjs/websockets': '>=10',
  fastify: '>=4',
};

const { version, license, engines } = JSON.parse(readFileSync('package.json', 'utf8'));

for (const [format, extension] of [
  ['esm', 'js'],
  ['cjs', 'cjs'],
]) {
  await build({
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, `${SOURCE}/${entry}.ts`])),
    platform: 'node',
    external: /^(?![./])/,
    output: {
      dir: `${TARGET}/lib`,
      format,
      entryFileNames: `[name].${extension}`,
      chunkFileNames: `[name].${extension}`,
      // A service that has no package for messages loads none.
      dynamicImportInCjs: false,
      keepNames: true,
      comments: false,
    },
  });
}

await mkdir(`${TARGET}/lib`, { recursive: true });
for (const file of await readdir(SOURCE)) {
  if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
  const { code, errors } = isolatedDeclarationSync(file, await readFile(`${SOURCE}/${file}`, 'utf8'));
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join('; ')}`);
  const name = file.slice(0, -'.ts'.length);
  await writeFile(`${TARGET}/lib/${name}.d.ts`, code);
  // TypeScript resolves the imports of CommonJS to declarations of CommonJS.
  await writeFile(`${TARGET}/lib/${name}.d.cts`, code.replace(/(from "\.\/[\w-]+)\.js"/g, '$1.cjs"'));
}

const conditionsOf = (entry) => {
  const esm = { types: `./lib/${entry}.d.ts`, default: `./lib/${entry}.js` };
  // With `module-sync`, `import` and `require` get one instance of the package: one cache, one connection.
  return { 'module-sync': esm, import: esm, require: { types: `./lib/${entry}.d.cts`, default: `./lib/${entry}.cjs` } };
};
const manifest = {
  name: 'elastic-personas-guard',
  version,
  description: 'Checks the JWTs and auth headers of Elastic Personas in a service, and follows their revocation.',
  license,
  type: 'module',
  sideEffects: false,
  engines,
  files: ['lib'],
  // For resolvers that read no `exports`.
  main: './lib/index.cjs',
  types: './lib/index.d.cts',
  exports: {
    ...Object.fromEntries(ENTRIES.map((entry) => [entry === 'index' ? '.' : `./${entry}`, conditionsOf(entry)])),
    './package.json': './package.json',
  },
  peerDependencies: PEERS,
  peerDependenciesMeta: Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }])),
};
await writeFile(`${TARGET}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
await copyFile('docs/guard.md', `${TARGET}/README.md`);
await copyFile('LICENSE', `${TARGET}/LICENSE`);
