import type { DataSource } from 'typeorm';
import type { PostgresAddress } from '../../src/config/database-address.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { openDatabase } from '../../src/database/data-source.js';
import { PooledStatements } from '../../src/database/postgres/pooled-statements.js';
import { PostgresConnection } from '../../src/database/postgres/postgres-connection.js';
import { PostgresDatabase } from '../../src/database/postgres/postgres-database.js';
import { PostgresTransactions } from '../../src/database/postgres/postgres-transactions.js';
import { LoginThrottleRepository } from '../../src/login/login-throttle.repository.js';
import { makeFolderDatabase } from '../support/folder-database.js';
import { postgresUrl } from '../support/launch.js';
import { PostgresSession } from '../support/postgres-session.js';
import { newFolder } from '../support/server.js';

const SETTINGS = { databasePrepared: true, databasePoolMax: 12 };
const ATTEMPTS = 60;
/** In the order in which a login names them, which is not the order of their keys. */
const KEYS = ['network:n', 'pair:a:n', 'consecutive:a'] as const;
const [network, pair, consecutive] = KEYS;

let url: string;
let address: PostgresAddress;

/** The repository of an instance. */
async function instance(): Promise<{
  rows: LoginThrottleRepository;
  transactions: PostgresTransactions;
  dataSource: DataSource;
}> {
  const dataSource = await openDatabase(new PostgresDatabase(address, SETTINGS));
  const connection = new PostgresConnection(address, SETTINGS);
  const transactions = new PostgresTransactions(dataSource, connection);
  const statements = new PooledStatements(dataSource, connection);
  return { rows: new LoginThrottleRepository(dataSource, statements, transactions), transactions, dataSource };
}

beforeAll(async () => {
  url = await makeFolderDatabase(postgresUrl(), newFolder());
  address = readDatabaseUrl(url) as PostgresAddress;
});

it('Logins of one account from one network on two instances are counted exactly, and wait for each other in no circle', async () => {
  const instances = [await instance(), await instance()] as const;
  const now = new Date();
  const windowEnds = new Date(now.getTime() + 60_000);
  const order = [[...KEYS], [...KEYS].toReversed()];
  await Promise.all(
    instances.flatMap(({ rows, transactions }, which) =>
      Array.from({ length: 6 }, async (_, worker) => {
        for (let attempt = 0; attempt < ATTEMPTS / 6; attempt++) {
          const keys = order[(which + worker) % 2] ?? KEYS;
          await rows.count(
            keys.map((key) => ({ key, windowEnds })),
            now,
          );
          if (attempt % 2 === 0) await rows.decrement(keys);
          else {
            await transactions.run((manager) =>
              rows.succeed({ network, pair, counted: consecutive, known: 'known:a', reset: pair }, manager),
            );
          }
        }
      }),
    ),
  );
  const found = await instances[0].rows.find({ network, pair, consecutive });
  // A success takes every attempt off the pair, so that its count depends on the order.
  const exact = found.filter(({ budget }) => budget !== pair).map(({ budget, attempts }) => [budget, attempts]);
  expect(exact.sort()).toEqual([
    [consecutive, 0],
    [network, 0],
  ]);
  // A connection reports what it counted when it ends, at the latest.
  for (const { dataSource } of instances) await dataSource.destroy();
  const session = await PostgresSession.open(url);
  const [row] = await session.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');
  await session.close();
  expect(row).toEqual({ deadlocks: 0 });
});
