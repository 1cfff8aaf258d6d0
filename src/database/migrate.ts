import { type DataSource, MigrationExecutor } from 'typeorm';

/** The names of the executed migrations, read through a data source or through the query runner that holds its connection. */
export async function executedMigrations(statements: Pick<DataSource, 'query'>): Promise<string[]> {
  const rows: { name: string }[] = await statements.query('SELECT name FROM migrations');
  return rows.map(({ name }) => name);
}

/** The pending migrations of this version, and whether the database has migrations that this version does not know. */
export function compareMigrations(
  { migrations }: Pick<DataSource, 'migrations'>,
  executed: readonly string[],
): { pending: string[]; isNewer: boolean } {
  const known = migrations.map(({ constructor }) => constructor.name);
  const pending = known.filter((name) => !executed.includes(name));
  return { pending, isNewer: executed.some((name) => !known.includes(name)) };
}

export const MIGRATED_BY_A_NEWER_VERSION = 'a newer version of the server has migrated it';

/**
 * Runs the pending migrations: all or none, and one process at a time.
 * @throws Error if a newer version of the server has migrated the database: an older one could write what the newer cannot read
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    const executor = new MigrationExecutor(dataSource, queryRunner);
    executor.transaction = 'none';
    // SQLite rebuilds a table by dropping the old one, which would delete every row that references it. The
    // driver's switch for that (`foreign_keys`) has no effect inside a transaction.
    await queryRunner.beforeMigration();
    await queryRunner.startTransaction();
    try {
      await executor.executePendingMigrations();
      const { isNewer } = compareMigrations(dataSource, await executedMigrations(queryRunner));
      if (isNewer) throw new Error(MIGRATED_BY_A_NEWER_VERSION);
      await queryRunner.commitTransaction();
    } catch (error) {
      await queryRunner.rollbackTransaction();
      throw error;
    } finally {
      await queryRunner.afterMigration();
    }
  } finally {
    await queryRunner.release();
  }
}
