import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { RecoveryCode } from '../database/entities/recovery-code.entity.js';
import { newId } from '../database/new-id.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';

/** The rows of recovery codes. */
@Injectable()
export class RecoveryCodeRepository {
  private readonly unused: PreparedQuery<RecoveryCode, 'userId'>;

  constructor(@InjectDataSource() dataSource: DataSource, statements: StatementRunner) {
    const unused = dataSource
      .getRepository(RecoveryCode)
      .createQueryBuilder('code')
      .where('code.userId = :userId AND code.used IS NULL');
    this.unused = new PreparedQuery(unused, ['userId'], statements);
  }

  /** A user's codes that were not used. */
  listUnused(userId: string): Promise<RecoveryCode[]> {
    return this.unused.all({ userId });
  }

  async insert(userId: string, codeHashes: readonly string[], manager: EntityManager): Promise<void> {
    const created = new Date();
    const rows = codeHashes.map((codeHash) => ({ id: newId(), userId, codeHash, created, used: null }));
    await manager.insert(RecoveryCode, rows);
  }

  /** Uses a code, once. @returns whether it was the user's and unused. */
  async use(userId: string, codeHash: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.update(RecoveryCode, { userId, codeHash, used: IsNull() }, { used: new Date() });
    return Boolean(affected);
  }

  /** Deletes every code of a user. */
  async deleteAll(userId: string, manager: EntityManager): Promise<void> {
    await manager.delete(RecoveryCode, { userId });
  }
}
