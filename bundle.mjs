import { build } from 'rolldown';

const OWN_REQUIRE = 'const require = createRequire(import.meta.url);';

/**
 * The last step of a build: what is started is bundled with its libraries, in place. Reading some 2600 files took most
 * of a start. The compiled modules stay beside the bundle, for those who want a single one.
 */
await build({
  input: { main: 'dist/main.js', cli: 'dist/cli.js' },
  platform: 'node',
  transform: { define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } },
  external: [
    // Native code, which its package finds on the disk.
    '@node-rs/argon2',
    'sqlite3',
    // What Fastify loads only when it is asked for, which it is not here.
    '@fastify/ajv-compiler',
    '@fastify/fast-json-stringify-compiler',
    'light-my-request',
    'pino',
    // What Nest can do and this server does not.
    /^@nestjs\/(microservices|platform-express|websockets)(\/|$)/,
    /^@fastify\/(multipart|static|view)$/,
  ],
  // Half of class-validator is what it knows of the world's telephone numbers, for a rule that no DTO has.
  resolve: { alias: { 'libphonenumber-js/max': false } },
  plugins: [
    {
      name: 'our-databases',
      // TypeORM loads its drivers for every database there is: a fifth of all that was loaded.
      load: {
        filter: { id: /\/typeorm\/driver\/(?!sqlite|postgres|types)[\w-]+\/.*\.js$/ },
        handler: () => 'module.exports = {};',
      },
    },
    {
      name: 'load-once',
      // Through a `require` of their own these would load class-validator and TypeORM a second time, beside the bundle's.
      transform: {
        filter: { id: /@nestjs\/(mapped-types|typeorm)\// },
        handler: (code, id) => {
          if (code.includes('createRequire(') && !code.includes(OWN_REQUIRE))
            throw new Error(`${id} has another require`);
          return code.replace(OWN_REQUIRE, '');
        },
      },
    },
    {
      name: 'ascii-only',
      // A file with one character beyond ASCII in it is kept at two bytes a character.
      renderChunk: (code) =>
        code.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
    },
  ],
  output: {
    dir: 'dist',
    chunkFileNames: 'bundle/[name].js',
    // Names of classes are tokens of Nest, tables of TypeORM and schemas of the document.
    keepNames: true,
    comments: { legal: true, annotation: false, jsdoc: false },
  },
});
