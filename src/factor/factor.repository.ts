import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, LessThan } from 'typeorm';
import { Factor } from '../database/entities/factor.entity.js';
import { User } from '../database/entities/user.entity.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';

/** The rows of second factors. */
@Injectable()
export class FactorRepository {
  private readonly ofUser: PreparedQuery<Factor, 'userId'>;

  constructor(@InjectDataSource() dataSource: DataSource, statements: StatementRunner) {
    const ofUser = dataSource
      .getRepository(Factor)
      .createQueryBuilder('factor')
      .where('factor.userId = :userId')
      .orderBy('factor.id', 'DESC');
    this.ofUser = new PreparedQuery(ofUser, ['userId'], statements);
  }

  /** A user's, newest first; there are few. */
  list(userId: string): Promise<Factor[]> {
    return this.ofUser.all({ userId });
  }

  /** How many a user has, as a transaction sees it. */
  count(userId: string, manager: EntityManager): Promise<number> {
    return manager.countBy(Factor, { userId });
  }

  /** Whether a user exists, as a transaction sees it. */
  hasUser(userId: string, manager: EntityManager): Promise<boolean> {
    return manager.existsBy(User, { id: userId });
  }

  /** Throws what `isUniqueViolation` knows where a passkey is enrolled already. */
  async insert(factor: Partial<Factor>, manager: EntityManager): Promise<void> {
    await manager.insert(Factor, factor);
  }

  /** Accepts a time step of a `totp`, once. @returns whether neither it nor a later one was accepted before. */
  async acceptStep(id: string, step: number, manager: EntityManager): Promise<boolean> {
    const columns = { lastStep: step, lastUsed: new Date() };
    const { affected } = await manager.update(Factor, { id, lastStep: LessThan(step) }, columns);
    return Boolean(affected);
  }

  /** @returns whether the user has that factor. */
  async rename(id: string, userId: string, name: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.update(Factor, { id, userId }, { name });
    return Boolean(affected);
  }

  /** A user's factor, as a transaction sees it. */
  find(id: string, userId: string, manager: EntityManager): Promise<Factor | null> {
    return manager.findOneBy(Factor, { id, userId });
  }

  /** Deletes one of a user's, or all. @returns how many there were. */
  async delete(userId: string, id: string | undefined, manager: EntityManager): Promise<number> {
    const { affected } = await manager.delete(Factor, id === undefined ? { userId } : { id, userId });
    return affected ?? 0;
  }
}
