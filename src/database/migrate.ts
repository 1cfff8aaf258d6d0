import { type DataSource, MigrationExecutor } from 'typeorm';
import { newerSchemaOf, noteVersion } from './schema-gate.js';

/** The names of the executed migrations, read through a data source or through the query runner that holds its connection. */
export async function executedMigrations(statements: Pick<DataSource, 'query'>): Promise<string[]> {
  const rows: { name: string }[] = await statements.query('SELECT name FROM migrations');
  return rows.map(({ name }) => name);
}

/**
 * Runs the pending migrations: all or none, and one process at a time.
 * @throws Error if a newer version of the server has migrated the database and no longer allows this one
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
      const made = await executor.executePendingMigrations();
      const newer = await newerSchemaOf(dataSource, queryRunner, await executedMigrations(queryRunner));
      if (newer?.mayRun === false) throw new Error(newer.line);
      if (made.length > 0 && newer === undefined) await noteVersion(queryRunner);
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
