import { type DataSource, MigrationExecutor } from 'typeorm';

/** Runs the pending migrations: all or none, and one process at a time. */
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
