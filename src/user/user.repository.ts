import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, IsNull, Raw } from 'typeorm';
import { User, type UserKind } from '../database/entities/user.entity.js';
import { describeTwins } from '../database/name-twins.js';
import type { Page, PageRequest } from '../database/paging.js';
import { PreparedList } from '../database/prepared/prepared-list.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { ListRunner, StatementRunner } from '../database/statement-runner.js';
import { addressPartKey, fold } from '../i18n/name-key.js';
import type { StandingColumns } from '../login/login-standing.js';

/** The rows of users. */
@Injectable()
export class UserRepository {
  private readonly byId: PreparedQuery<User, 'id'>;
  private readonly byUsername: PreparedQuery<User, 'usernameKey'>;
  private readonly any: PreparedQuery<User, never>;
  private readonly all: PreparedList<User, 'pattern' | 'address' | 'kind'>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    statements: StatementRunner,
    lists: ListRunner,
  ) {
    const select = () => dataSource.getRepository(User).createQueryBuilder('user');
    this.byId = new PreparedQuery(select().where('user.id = :id'), ['id'], statements);
    const byUsername = select().where('user.usernameKey = :usernameKey');
    this.byUsername = new PreparedQuery(byUsername, ['usernameKey'], statements);
    this.any = new PreparedQuery(select().select('user.id').limit(1), [], statements);
    const like = (column: string, parameter: string) => `user.${column} LIKE :${parameter} ESCAPE '\\'`;
    // The address itself finds a part of an internationalised host in its own letters, which its key has in ASCII.
    const columns = ['usernameKey', 'emailKey', 'email'].map((column) => like(column, 'pattern'));
    const either = [...columns, like('emailKey', 'address')].join(' OR ');
    this.all = new PreparedList(select(), { pattern: `(${either})`, address: '', kind: 'user.kind = :kind' }, lists);
  }

  find(id: string): Promise<User | null> {
    return this.byId.first({ id });
  }

  /** @param usernameKey the key of the username. */
  findByUsername(usernameKey: string): Promise<User | null> {
    return this.byUsername.first({ usernameKey });
  }

  /** The keys of a user's names, within a transaction. */
  findNames(id: string, manager: EntityManager): Promise<Pick<User, 'id' | 'usernameKey' | 'emailKey'> | null> {
    return manager.findOne(User, { where: { id }, select: { id: true, usernameKey: true, emailKey: true } });
  }

  /** A user, within the transaction that changes them. */
  findToChange(id: string, manager: EntityManager): Promise<User | null> {
    return manager.findOneBy(User, { id });
  }

  async isEmpty(): Promise<boolean> {
    return (await this.any.first({})) === null;
  }

  /** Whether there is a user, within a transaction. */
  exist(manager: EntityManager): Promise<boolean> {
    return manager.exists(User);
  }

  /**
   * @param part of a username or e-mail address, for which every character stands for itself; undefined for all users.
   * @param kind undefined for both.
   */
  list(part: string | undefined, request: PageRequest, kind?: UserKind): Promise<Page<User>> {
    const ofKind = kind === undefined ? {} : { kind };
    if (part === undefined) return this.all.page(ofKind, request);
    return this.all.page(
      { pattern: patternOf(fold(part)), address: patternOf(addressPartKey(part)), ...ofKind },
      request,
    );
  }

  /** A line that names the users who cannot log in by one of their names; undefined if there are none. */
  describeTwins(): Promise<string | undefined> {
    return describeTwins(this.dataSource.manager);
  }

  /** Throws what `isUniqueViolation` knows where the username or the e-mail address is taken. */
  async insert(user: User, manager: EntityManager): Promise<void> {
    await manager.insert(User, user);
  }

  /**
   * Changes some columns of a user, or none. Throws what `isUniqueViolation` knows where the username or the e-mail address
   * is taken.
   * @returns whether there is that user.
   */
  async update(id: string, columns: Partial<User>, manager: EntityManager): Promise<boolean> {
    if (Object.keys(columns).length === 0) return manager.existsBy(User, { id });
    const { affected } = await manager.update(User, { id }, columns);
    return Boolean(affected);
  }

  /** Deletes a user with their sessions and auth headers. @returns whether there was that user. */
  async delete(id: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.delete(User, { id });
    return Boolean(affected);
  }

  /** The enabled users with the role `admin`, with the columns that decide whether they may log in. */
  listAdministrators(manager: EntityManager): Promise<(StandingColumns & Pick<User, 'id'>)[]> {
    // LIKE would take `Admin` for it, on SQLite.
    const roles = Raw((column) => `REPLACE(${column}, '"admin"', '') <> ${column}`);
    const select = ['id', 'disabled', 'initialPasswordExpires', 'passwordChanged', 'passwordExpires', 'kind'] as const;
    return manager.find(User, { select: [...select], where: { roles, disabled: IsNull() } });
  }
}

function patternOf(part: string): string {
  return `%${part.replace(/[\\%_]/g, '\\$&')}%`;
}
