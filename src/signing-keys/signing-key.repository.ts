import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, LessThan, MoreThan, Not } from 'typeorm';
import type { JwtAlgorithm } from '../config/jwt-algorithms.js';
import { DatabaseUnreachable } from '../database/database-errors.js';
import { SigningKey, type SigningKeyState } from '../database/entities/signing-key.entity.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';

/** The rows of signing keys. */
@Injectable()
export class SigningKeyRepository {
  private readonly all: PreparedQuery<SigningKey, never>;
  private readonly ofAlgorithm: PreparedQuery<SigningKey, 'algorithm'>;
  private readonly byState: PreparedQuery<SigningKey, 'algorithm' | 'state'>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly statements: StatementRunner,
  ) {
    const select = () => dataSource.getRepository(SigningKey).createQueryBuilder('key');
    this.all = new PreparedQuery(select().orderBy('key.created', 'DESC'), [], statements);
    const ofAlgorithm = select().where('key.algorithm = :algorithm').orderBy('key.created', 'ASC');
    this.ofAlgorithm = new PreparedQuery(ofAlgorithm, ['algorithm'], statements);
    const byState = select().where('key.algorithm = :algorithm AND key.state = :state');
    this.byState = new PreparedQuery(byState, ['algorithm', 'state'], statements);
  }

  /** Refuses to wait for a reading that others wait for in vain. @throws DatabaseUnreachable */
  refuseIfSilent(): void {
    if (this.statements.isSilent()) throw new DatabaseUnreachable();
  }

  /** Every key of every algorithm, newest first. */
  list(): Promise<SigningKey[]> {
    return this.all.all({});
  }

  /** Every key of an algorithm, oldest first. */
  listOf(algorithm: JwtAlgorithm): Promise<SigningKey[]> {
    return this.ofAlgorithm.all({ algorithm });
  }

  /** A key of an algorithm in a state; of those that only one key can have, the one. */
  find(algorithm: JwtAlgorithm, state: SigningKeyState): Promise<SigningKey | null> {
    return this.byState.first({ algorithm, state });
  }

  /** Throws what `isUniqueViolation` knows where another key has a state that only one can have. */
  async insert(key: SigningKey, manager: EntityManager): Promise<void> {
    await manager.insert(SigningKey, key);
  }

  /** Retires the active key of an algorithm, now. */
  async retireActive(algorithm: JwtAlgorithm, manager: EntityManager): Promise<void> {
    await manager.update(SigningKey, { algorithm, state: 'active' }, { state: 'retired', retired: new Date() });
  }

  /** Makes a next key the active one. @returns whether it was still the next one. */
  async activate(id: string, manager: EntityManager): Promise<boolean> {
    const change = { state: 'active', activated: new Date() } as const;
    const { affected } = await manager.update(SigningKey, { id, state: 'next' }, change);
    return Boolean(affected);
  }

  /** The active and the next key of an algorithm, where there are. */
  async current(
    algorithm: JwtAlgorithm,
    manager: EntityManager,
  ): Promise<[active: SigningKey | undefined, next: SigningKey | undefined]> {
    const keys = await manager.findBy(SigningKey, { algorithm, state: Not('retired') });
    return [keys.find(({ state }) => state === 'active'), keys.find(({ state }) => state === 'next')];
  }

  /** Deletes a key. @returns the deleted key; undefined if there was none. */
  async delete(id: string, manager: EntityManager): Promise<SigningKey | undefined> {
    const key = await manager.findOneBy(SigningKey, { id });
    if (key === null) return undefined;
    await manager.delete(SigningKey, { id });
    return key;
  }

  /** Sets the moments of a key to the present where they are after another moment. */
  async bringToPresent(after: Date): Promise<void> {
    const { manager } = this.dataSource;
    const now = new Date();
    await manager.update(SigningKey, { created: MoreThan(after) }, { created: now });
    await manager.update(SigningKey, { activated: MoreThan(after) }, { activated: now });
    await manager.update(SigningKey, { retired: MoreThan(after) }, { retired: now });
  }

  /** Deletes a key that has signed nothing yet. */
  async deleteNext(id: string): Promise<void> {
    await this.dataSource.manager.delete(SigningKey, { id, state: 'next' });
  }

  async deleteAll(manager: EntityManager): Promise<void> {
    await manager.createQueryBuilder().delete().from(SigningKey).execute();
  }

  /** Deletes the keys that were retired before a moment. @returns how many there were. */
  async deleteRetired(before: Date): Promise<number> {
    const { affected } = await this.dataSource.manager.delete(SigningKey, { retired: LessThan(before) });
    return affected ?? 0;
  }
}
