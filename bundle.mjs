import { readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'rolldown';

const OWN_REQUIRE = 'const require = createRequire(import.meta.url);';

/**
 * Bundles the two programs with their libraries, because reading about 2600 files took most of a start. The bundle is CommonJS,
 * which `src/load-bundle.ts` loads from V8's code cache. The compiled modules stay in dist/, for tools that load a single one.
 */
await build({
  input: { start: 'dist/start.js', cli: 'dist/cli/main.js' },
  platform: 'node',
  external: [
    // Native code: each package finds its binary relative to its own files.
    '@node-rs/argon2',
    'sqlite3',
    // An operator who traces installs it with an SDK, and both must use one copy.
    '@opentelemetry/api',
    // Fastify loads these on demand, and this server never needs them.
    '@fastify/ajv-compiler',
    '@fastify/fast-json-stringify-compiler',
    'light-my-request',
    'pino',
    // Features of Nest and Fastify that this server does not use.
    '@nestjs/platform-express',
    /^@fastify\/(multipart|static|view)$/,
  ],
  resolve: {
    alias: {
      // Half of class-validator is a table of telephone numbers, for a rule that no DTO uses.
      'libphonenumber-js/max': false,
      // Half of the library for passkeys reads the certificates of attestations, which the server drops unread.
      '@peculiar/x509': false,
      '@peculiar/asn1-android': false,
    },
  },
  plugins: [
    {
      name: 'no-messages',
      // Nest loads these where they are installed. The tests of the guard library install them, and the server uses neither.
      resolveId: {
        filter: { id: /^@nestjs\/(microservices|websockets)(\/|$)/ },
        handler: () => ({ id: 'nothing.cjs' }),
      },
      load: { filter: { id: /^nothing\.cjs$/ }, handler: () => 'module.exports = {};' },
    },
    {
      name: 'our-source-maps',
      // Rolldown ignores the source maps of the compiler. This loads them, so that the bundle's maps name TypeScript files.
      load: {
        filter: { id: 'dist/**' },
        handler: async (id) => ({ code: await readFile(id, 'utf8'), map: await readFile(`${id}.map`, 'utf8') }),
      },
    },
    {
      name: 'our-databases',
      // TypeORM loads the drivers of all databases: a fifth of all loaded code.
      load: {
        filter: { id: /\/typeorm\/driver\/(?!sqlite|postgres|types)[\w-]+\/.*\.js$/ },
        handler: () => 'module.exports = {};',
      },
    },
    {
      name: 'no-cloudflare',
      // On Node 20 pg makes a Response to find out whether it runs at Cloudflare, which loads Node's whole client for HTTP.
      transform: {
        filter: { id: /\/pg\/lib\/stream\.js$/ },
        handler: (code) => {
          const found = "typeof Response === 'function'";
          if (!code.includes(found)) throw new Error('pg asks for Cloudflare in another way');
          return { code: code.replace(found, 'false'), map: null };
        },
      },
    },
    {
      name: 'load-once',
      // With their own `require`, these would load a second class-validator and a second TypeORM, from node_modules/.
      transform: {
        filter: { id: /@nestjs\/(mapped-types|typeorm)\// },
        handler: (code, id) => {
          if (code.includes('createRequire(') && !code.includes(OWN_REQUIRE))
            throw new Error(`${id} has another require`);
          // The removal moves no line, so the source map stays correct.
          return { code: code.replace(OWN_REQUIRE, ''), map: null };
        },
      },
    },
  ],
  output: {
    dir: 'dist/bundle',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    // An optional package that is missing is then reported as such.
    dynamicImportInCjs: false,
    // Class names are injection tokens in Nest, table names in TypeORM and schema names in the document.
    keepNames: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    // V8 stores a whole file with two bytes per character if one character is beyond Latin-1.
    charset: 'ascii',
    sourcemap: true,
    // The maps name the sources. Copies of the sources would triple their size.
    sourcemapExcludeSources: true,
  },
});

// The entries load the bundle in place of the modules.
for (const [entry, module, program] of [
  ['main', './start.js', 'start'],
  ['cli', './cli/main.js', 'cli'],
]) {
  const file = `dist/${entry}.js`;
  const code = await readFile(file, 'utf8');
  const bundled = code.replace(
    `import('${module}')`,
    `import('./load-bundle.js').then(({ loadBundle }) => loadBundle('${program}'))`,
  );
  if (bundled === code) throw new Error(`${file} does not load ${module}`);
  await writeFile(file, bundled.replace(/\n\/\/# sourceMappingURL=.*/, ''));
  await rm(`${file}.map`);
}
