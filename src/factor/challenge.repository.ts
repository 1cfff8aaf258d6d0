import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, In, LessThanOrEqual, MoreThan } from 'typeorm';
import { Challenge } from '../database/entities/challenge.entity.js';
import { BatchedDelete } from '../database/prepared/batched-delete.js';
import { PreparedInsert } from '../database/prepared/prepared-change.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';
import { Transactions } from '../database/transactions.js';

/** The rows of challenges. */
@Injectable()
export class ChallengeRepository {
  private readonly byToken: PreparedQuery<Challenge, 'tokenHash' | 'purpose'>;
  private readonly insertion: PreparedInsert<Challenge>;
  private readonly expiredDeletion: BatchedDelete<Challenge>;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    statements: StatementRunner,
    private readonly transactions: Transactions,
  ) {
    const rows = dataSource.getRepository(Challenge);
    const byToken = rows
      .createQueryBuilder('challenge')
      .where('challenge.tokenHash = :tokenHash AND challenge.purpose = :purpose');
    this.byToken = new PreparedQuery(byToken, ['tokenHash', 'purpose'], statements);
    this.insertion = new PreparedInsert(rows);
    this.expiredDeletion = new BatchedDelete(dataSource, Challenge, 'id', 'expires');
  }

  find(tokenHash: string, purpose: string): Promise<Challenge | null> {
    return this.byToken.first({ tokenHash, purpose });
  }

  insert(challenge: Omit<Challenge, 'user'>, manager: EntityManager): Promise<void> {
    return this.insertion.execute(manager, challenge);
  }

  /** Counts a try. @returns whether there was one left. */
  async countTry(id: string, maxTries: number): Promise<boolean> {
    const { affected } = await this.transactions.runOne((manager) =>
      manager
        .createQueryBuilder()
        .update(Challenge)
        .set({ attempts: () => 'attempts + 1' })
        .where('id = :id AND attempts < :maxTries', { id, maxTries })
        .execute(),
    );
    return Boolean(affected);
  }

  /** @returns whether the challenge was still there. */
  async updateState(id: string, sealedState: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.update(Challenge, { id }, { sealedState });
    return Boolean(affected);
  }

  /** @returns whether the challenge was still there: of several transactions, one takes it. */
  async delete(id: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.delete(Challenge, { id });
    return Boolean(affected);
  }

  /** Deletes every challenge of a user. */
  async deleteAllOf(userId: string, manager: EntityManager): Promise<void> {
    await manager.delete(Challenge, { userId });
  }

  /**
   * Deletes a user's expired challenges, and the oldest of a purpose and a network beyond a number.
   * @param latestEnd what ends later was made while the clock was ahead. Its id would make it newer than any other.
   */
  async trim(
    { userId, purpose, network }: Pick<Challenge, 'userId' | 'purpose' | 'network'>,
    keep: number,
    latestEnd: Date,
    manager: EntityManager,
  ): Promise<void> {
    if (userId === null) return;
    await manager.delete(Challenge, [
      { userId, expires: LessThanOrEqual(new Date()) },
      { userId, expires: MoreThan(latestEnd) },
    ]);
    const found = await manager.find(Challenge, {
      select: { id: true, network: true },
      where: { userId, purpose },
      order: { id: 'DESC' },
    });
    const surplus = found.filter((other) => other.network === network).slice(keep);
    if (surplus.length > 0) await manager.delete(Challenge, { id: In(surplus.map(({ id }) => id)) });
  }

  /** Deletes the challenges that expired before a moment. */
  deleteExpired(before: Date, stopping?: AbortSignal): Promise<number> {
    return this.expiredDeletion.before(before, stopping);
  }
}
