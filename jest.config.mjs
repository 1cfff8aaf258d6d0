import process from 'node:process';

const syntaxes = { ts: { syntax: 'typescript', decorators: true }, js: { syntax: 'ecmascript' } };

/** SWC compiles a test far faster than tsc. A separate command checks the types. */
const swc = (extension) => [
  '@swc/jest',
  {
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: syntaxes[extension],
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  },
];

const shared = {
  testEnvironment: 'node',
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Jest loads CommonJS only, so ESM packages are compiled like our own code.
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|@formatjs|preact|preact-render-to-string|intl-messageformat|fast-string-truncated-width|p-queue|p-timeout|eventemitter3|uuid|file-type|strtok3|token-types|oauth4webapi|openid-client|jose|uint8array-extras|@tokenizer|load-esm)/)',
  ],
  transform: { '^.+\\.ts$': swc('ts'), '^.+\\.m?js$': swc('js') },
};

/**
 * Which test runs where is decided by its folder. What is directly in `test/` proves the product, and runs on SQLite and on
 * PostgreSQL. `test/sqlite/` and `test/postgres/` prove something about the files, locks or connections of that database.
 * `test/cluster/` is about several instances on PostgreSQL. `test/once/` and `test/security/once/` do not depend on the database.
 * `test/security/` has the rows of the security bar (docs/security.md) that no other file is about.
 */
const onDatabase = (displayName, kind, setup, folders) => ({
  ...shared,
  displayName,
  testMatch: folders.map((folder) => `<rootDir>/${folder}/*.spec.ts`),
  globals: { TESTED_DATABASE: kind },
  globalSetup: `<rootDir>/test/support/${setup}`,
  globalTeardown: '<rootDir>/test/support/stop-shared-server.ts',
});

// What takes minutes, and is not about an ordinary change.
const onlyInSoak = (...folders) => (process.env.SOAK === '1' ? folders : []);

export default {
  // Bounds a hang. It is no performance limit, because a machine may be slow.
  testTimeout: 120_000,
  // An app test often waits: for its server, or for a limit to pass. Two cores
  // finish sooner with five workers than with two to four.
  maxWorkers: 5,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    onDatabase('app', 'sqlite', 'shared-server.ts', [
      ...['test', 'test/support', 'test/once', 'test/security', 'test/security/once', 'test/sqlite'],
      ...onlyInSoak('test/soak'),
    ]),
    onDatabase('postgres', 'postgres', 'postgres-run.ts', [
      ...['test', 'test/postgres', 'test/cluster', 'test/security'],
      ...onlyInSoak('test/cluster/soak', 'test/soak', 'test/soak/postgres'),
    ]),
  ],
};
