import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { Factor } from '../database/entities/factor.entity.js';
import { User } from '../database/entities/user.entity.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';
import { Transactions } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import type { UsedColumns } from './passkeys.js';

const HANDLE_BYTES = 32;

/** The rows of passkeys, and the handles of their users. */
@Injectable()
export class PasskeyRepository {
  private readonly byCredential: PreparedQuery<Factor, 'credentialId'>;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    statements: StatementRunner,
    private readonly transactions: Transactions,
  ) {
    const byCredential = dataSource
      .getRepository(Factor)
      .createQueryBuilder('factor')
      .innerJoinAndSelect('factor.user', 'user')
      .where('factor.credentialId = :credentialId');
    this.byCredential = new PreparedQuery(byCredential, ['credentialId'], statements);
  }

  /** A passkey with its user. */
  find(credentialId: string): Promise<Factor | null> {
    return this.byCredential.first({ credentialId });
  }

  /** See `User.passkeyHandle`. It is made with the first enrolment that begins. @throws ApiError `not_found` for no user */
  handleOf(userId: string): Promise<string> {
    const passkeyHandle = randomBytes(HANDLE_BYTES).toString('base64url');
    return this.transactions.run(async (manager) => {
      // Of two enrolments that begin at once, both get the same.
      await manager.update(User, { id: userId, passkeyHandle: IsNull() }, { passkeyHandle });
      const user = await manager.findOneBy(User, { id: userId });
      if (user === null) throw new ApiError('not_found');
      return user.passkeyHandle ?? passkeyHandle;
    });
  }

  /**
   * Stores what a use has changed.
   * @returns whether the passkey is still there, and its counter has not fallen meanwhile
   */
  async recordUse(id: string, used: UsedColumns, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager
      .createQueryBuilder()
      .update(Factor)
      .set({ ...used, lastUsed: new Date() })
      .where(`id = :id AND (sign_count = '0' OR CAST(sign_count AS BIGINT) < :signCount)`, {
        id,
        signCount: used.signCount,
      })
      .execute();
    return Boolean(affected);
  }
}
