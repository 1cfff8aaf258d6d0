import { type DataSource, MigrationExecutor } from 'typeorm';

/** Runs the migrations that have not run yet: all or none, and one process at a time. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    const executor = new MigrationExecutor(dataSource, queryRunner);
    executor.transaction = 'none';
    // SQLite rebuilds a table by dropping the old one, which would delete every row that refers to it; the
    // driver's own switch for that has no effect inside a transaction.
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
