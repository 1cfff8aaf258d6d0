/*
 * Which folder of src/ may import which; `npm run layers` checks it. docs/architecture.md draws the same house.
 *
 * The storeys, from the ground up: a folder imports only what lies below it, and never a neighbour on its own storey.
 */
const storeys = [
  {
    folders: ['guard', 'i18n', 'net', 'telemetry'],
    comment: 'The ground: mechanism that everything else uses. What it imported would come along everywhere.',
  },
  {
    folders: ['errors'],
    comment: 'Every folder throws its errors. They know the messages, and not how HTTP answers them.',
  },
  {
    folders: ['config'],
    comment: 'The settings are read before anything else is loaded; an error of theirs is one line.',
  },
  {
    folders: ['crypto', 'database'],
    comment: 'Mechanism without policy: it knows how to seal, hash and store, and not what.',
  },
  {
    folders: ['http', 'mail', 'rate-limit', 'revocation'],
    comment:
      'What every route shares, the queue of mails, the news of a revocation and the counts of rate limits. They know of no ' +
      'credential, so that no check hides here.',
  },
  {
    folders: ['auth', 'kittens', 'pages'],
    comment:
      'The guard stands in front of every feature, and imports none: each brings its strategy to it. The sample resource ' +
      'imports no guard, since a route is closed by default. What all pages share knows no page.',
  },
  {
    folders: ['audit'],
    comment: 'Every change is recorded in its own transaction: what changes something imports the audit.',
  },
  {
    folders: ['authheader', 'signing-keys'],
    comment: 'The two kinds of secret that the server makes know nothing of logins.',
  },
  {
    folders: ['factor', 'session', 'health'],
    comment:
      'A session has its JWTs signed; how a password was proved is not its business. A second factor knows how it is proved, ' +
      'and not what for.',
  },
  {
    folders: ['login'],
    comment: 'The act behind both doors knows neither: what a door may skip, the act must not rely on.',
  },
  {
    folders: ['accounts', 'leaks', 'oauth', 'user', 'housekeeping'],
    comment: 'The doors: each can be taken away without the others.',
  },
  {
    folders: ['cli', 'console', 'docs', 'log', 'metrics', 'traces'],
    comment: 'The roof: nobody imports these, so that a server does not load them to answer.',
  },
];

const names = (some) => some.flatMap(({ folders }) => folders).join('|');

module.exports = {
  forbidden: [
    {
      name: 'folders-point-one-way',
      comment: 'Two folders that import each other are one folder: neither can be read, tested or replaced alone.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/[^/]+$' },
      to: { path: '^src/[^/]+$', circular: true },
    },
    ...storeys.map(({ folders, comment }, floor) => ({
      name: `${folders.join(', ')}: only what lies below`,
      comment,
      severity: 'error',
      from: { path: `^src/(${folders.join('|')})/` },
      to: { path: `^src/(?:${names(storeys.slice(floor))})/`, pathNot: '^src/$1/' },
    })),
    {
      name: 'the-root-assembles',
      comment:
        'The files of src/ itself put the folders together. One that a folder imported would drag in all of them.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+$' },
    },
    {
      name: 'the-library-stands-alone',
      comment:
        'Services install guard/ without the server: it may need Node, and nothing else. An adapter knows its framework, which ' +
        'the service has.',
      severity: 'error',
      from: { path: '^src/guard/' },
      to: {
        pathNot: '^(?:src/guard/|node_modules/(?:@nestjs/(?:common|microservices|websockets)|fastify)/)',
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'an-adapter-is-a-sub-path',
      comment: 'The core is loaded without any framework.',
      severity: 'error',
      from: { path: '^src/guard/', pathNot: '^src/guard/(?:nest|fastify)\\.ts$' },
      to: { path: '^node_modules/' },
    },
    {
      name: 'one-dialect-one-folder',
      comment:
        'What only one database knows stays where another can replace it. Two files choose the database; every other one ' +
        'asks DatabaseKind and Dialect, and what they provide.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/database/(?:(?:sqlite|postgres)/|(?:databases|dialect-of)\\.ts$)' },
      to: { path: '^(node_modules/(sqlite3|pg)/|src/database/(sqlite|postgres)/)' },
    },
    {
      name: 'databases-know-nothing-of-each-other',
      comment: 'Each kind of database can be read, changed and taken away without the other.',
      severity: 'error',
      from: { path: '^src/database/(sqlite|postgres)/' },
      to: { path: '^src/database/(?:sqlite|postgres)/', pathNot: '^src/database/$1/' },
    },
    {
      name: 'statements-in-repositories',
      comment:
        'A service decides and a repository asks: SQL between decisions is neither reviewed for its index nor moved to ' +
        'another database. Commands that work on the whole database are the exception. A transaction is passed on by its type.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(?:database/|cli/|.*\\.repository\\.ts$)' },
      to: { path: '^node_modules/(typeorm|@nestjs/typeorm)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'every-folder-has-a-storey',
      comment: 'A new folder is given its place in the list above before anything depends on it.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(?:${names(storeys)})/` },
      to: {},
    },
  ],
  options: {
    // A type that is imported ties as well: whoever reads the one file has to read the other.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
