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
    '/node_modules/(?!(@nestjs|@formatjs|intl-messageformat|p-queue|p-timeout|eventemitter3|uuid|file-type|strtok3|token-types|uint8array-extras|@tokenizer|load-esm)/)',
  ],
  transform: { '^.+\\.ts$': swc('ts'), '^.+\\.m?js$': swc('js') },
};

export default {
  // Bounds a hang. It is no performance limit, because a machine may be slow.
  testTimeout: 120_000,
  // An app test often waits: for its server, or for a limit to pass. Two workers would leave two cores idle meanwhile.
  maxWorkers: 3,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'app',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/shared-server.ts',
      globalTeardown: '<rootDir>/test/support/stop-shared-server.ts',
    },
  ],
};
