import type { Provider } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { PostgresAddress } from '../../config/database-address.js';
import { DatabaseClock } from '../database-clock.js';
import { DatabaseFault, DatabaseKind, type DatabaseState, type PreparedRestore } from '../database-kind.js';
import { LogFolding } from '../log-folding.js';
import { RevocationSource } from '../revocation-source.js';
import { SCHEMA } from '../schema.js';
import { ListRunner, StatementRunner } from '../statement-runner.js';
import { StorageMonitor } from '../storage-monitor.js';
import { Transactions } from '../transactions.js';
import { WriteHealth } from '../write-health.js';
import { NoLog } from './no-log.js';
import { POSTGRES } from './pool.js';
import { PooledLists, PooledStatements } from './pooled-statements.js';
import { PostgresClock } from './postgres-clock.js';
import { PostgresConnection, type PostgresSettings } from './postgres-connection.js';
import { COLLATION } from './postgres-dialect.js';
import { PostgresPrimary } from './postgres-primary.js';
import { PostgresRevocationSource } from './postgres-revocation-source.js';
import { limitQueryRunners } from './postgres-runner.js';
import { PostgresTransactions } from './postgres-transactions.js';
import { PostgresWrites } from './postgres-write-health.js';
import { describeServer, SERVER_QUERY, type ServerFacts } from './supported-server.js';

/** The types of the columns that hold no text. */
const NUMBERS = ['integer', 'double precision'];

/** After a failover, connections to the former primary are gone by then at the latest. */
const CONNECTION_AGE_SECONDS = 300;

/** Whether the migrations can make tables. Since PostgreSQL 15, not every role may in the schema `public`. */
const TABLE_RIGHTS_QUERY = `SELECT quote_ident(current_user) AS "user", quote_ident(current_schema()) AS schema,
  has_schema_privilege(current_schema(), 'CREATE') AS "mayCreate"`;

/** The row of {@link TABLE_RIGHTS_QUERY}; null where the schemas in which tables are made do not exist. */
interface TableRights {
  readonly user: string;
  readonly schema: string | null;
  readonly mayCreate: boolean | null;
}

/** A database on a PostgreSQL server. */
export class PostgresDatabase extends DatabaseKind {
  override readonly name: string;
  override readonly files = [];
  override readonly providers: readonly Provider[];
  private readonly connection: PostgresConnection;
  private readonly writes = new PostgresWrites();

  constructor(
    private readonly address: PostgresAddress,
    private readonly settings: PostgresSettings,
  ) {
    super();
    this.connection = new PostgresConnection(address, settings);
    this.name = this.connection.name;
    this.providers = [
      { provide: PostgresConnection, useValue: this.connection },
      { provide: WriteHealth, useValue: this.writes },
      { provide: Transactions, useClass: PostgresTransactions },
      { provide: LogFolding, useClass: NoLog },
      { provide: StatementRunner, useClass: PooledStatements },
      { provide: ListRunner, useClass: PooledLists },
      { provide: DatabaseClock, useClass: PostgresClock },
      { provide: RevocationSource, useClass: PostgresRevocationSource },
      { provide: StorageMonitor, useClass: PostgresPrimary },
    ];
  }

  override options(): DataSourceOptions {
    const { host, port, user, database, password } = this.address;
    return {
      ...SCHEMA,
      type: 'postgres',
      driver: POSTGRES,
      host,
      port,
      username: user,
      database,
      ...(password === undefined ? {} : { password }),
      // A connection of the pool that fails while nobody uses it is replaced when one is needed.
      poolErrorHandler: () => undefined,
      extra: {
        ...this.connection.parameters,
        max: this.settings.databasePoolMax,
        maxLifetimeSeconds: CONNECTION_AGE_SECONDS,
      },
    };
  }

  override readOnlyOptions(): DataSourceOptions {
    return this.options();
  }

  override async connect(dataSource: DataSource): Promise<void> {
    await this.initialize(dataSource);
    limitQueryRunners(dataSource, this.writes, this.connection);
  }

  override async state(): Promise<DatabaseState> {
    try {
      const row = await this.ask<{ found: string | null }>("SELECT to_regclass('migrations') AS found");
      return row?.found === null ? 'empty' : 'migrated';
    } catch {
      return 'migrated';
    }
  }

  override async describeAbsence(): Promise<string> {
    const rights = await this.ask<TableRights>(TABLE_RIGHTS_QUERY).catch(() => undefined);
    if (rights === undefined || rights.mayCreate === true)
      return `${this.name} is empty; the server's first start makes its tables`;
    const { user, schema } = rights;
    return schema === null
      ? `${this.name} is empty, and none of the schemas in search_path exists`
      : `${this.name} is empty, and ${user} may not create tables in the schema ${schema}: GRANT CREATE ON SCHEMA ${schema} TO ${user}`;
  }

  override backUp(): Promise<void> {
    return Promise.reject(
      new DatabaseFault(
        'PostgreSQL has its own tools for backups: use pg_dump, or the point-in-time recovery of your provider',
      ),
    );
  }

  override prepareRestore(): Promise<PreparedRestore> {
    return Promise.reject(
      new DatabaseFault(
        'PostgreSQL has its own tools: stop the servers, restore with pg_restore, and run `personas database restored`',
      ),
    );
  }

  override async inspect(dataSource: DataSource): Promise<string> {
    try {
      return `${this.name} answers: ${await this.initialize(dataSource)}`;
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy();
      if (error instanceof DatabaseFault) throw new DatabaseFault(`${this.name} cannot be used: ${error.message}`);
      const { message, code } = error as NodeJS.ErrnoException;
      throw new DatabaseFault(`${this.name} cannot be reached: ${message || String(code)}`);
    }
  }

  /** Asks on a connection of its own. @returns the first row */
  private async ask<Row>(query: string): Promise<Row | undefined> {
    const dataSource = new DataSource({ ...this.options(), entities: [], migrations: [] });
    try {
      await dataSource.initialize();
      return (await dataSource.query<Row[]>(query))[0];
    } finally {
      if (dataSource.isInitialized) await dataSource.destroy();
    }
  }

  /** @returns what the server calls itself. */
  private async initialize(dataSource: DataSource): Promise<string> {
    await dataSource.initialize();
    // Entities cannot say it: SQLite has no collation of this name.
    for (const { columns } of dataSource.entityMetadatas) {
      for (const column of columns) if (!NUMBERS.some((type) => type === column.type)) column.collation = COLLATION;
    }
    const [facts] = await dataSource.query<ServerFacts[]>(SERVER_QUERY);
    if (facts === undefined) throw new DatabaseFault('it answers nothing');
    return describeServer(facts, this.address.host);
  }
}
