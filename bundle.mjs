import { readFile } from 'node:fs/promises';
import { build } from 'rolldown';

const OWN_REQUIRE = 'const require = createRequire(import.meta.url);';

/**
 * The last step of a build: bundles the two programs with their libraries, in place, because reading about 2600 files took
 * most of a start. The compiled modules stay in dist/, for tools that load a single one.
 */
await build({
  input: { main: 'dist/main.js', cli: 'dist/cli.js' },
  platform: 'node',
  transform: { define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } },
  external: [
    // Native code: each package finds its binary relative to its own files.
    '@node-rs/argon2',
    'sqlite3',
    // Fastify loads these on demand, and this server never needs them.
    '@fastify/ajv-compiler',
    '@fastify/fast-json-stringify-compiler',
    'light-my-request',
    'pino',
    // Features of Nest that this server does not use.
    /^@nestjs\/(microservices|platform-express|websockets)(\/|$)/,
    /^@fastify\/(multipart|static|view)$/,
  ],
  // Half of class-validator is a table of telephone numbers, for a rule that no DTO uses.
  resolve: { alias: { 'libphonenumber-js/max': false } },
  plugins: [
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
    dir: 'dist',
    chunkFileNames: 'bundle/[name].js',
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
