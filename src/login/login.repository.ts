import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { User } from '../database/entities/user.entity.js';
import { PreparedUpdate } from '../database/prepared/prepared-change.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';

/** The columns by which a login finds a user. */
export type LoginColumn = 'usernameKey' | 'emailKey';

/** The user that a login has read. `passwordChanged` tells whether the password has changed since then. */
export type ReadUser = Pick<User, 'id' | 'passwordChanged'>;

/** The columns that a change of the password changes. */
export type PasswordColumns = Pick<
  User,
  'passwordHash' | 'passwordChanged' | 'passwordExpires' | 'initialPasswordExpires'
>;

/** The users' rows, as a login reads and confirms them. */
@Injectable()
export class LoginRepository {
  private readonly byKey: Readonly<Record<LoginColumn, PreparedQuery<User, 'key'>>>;
  private readonly byId: PreparedQuery<User, 'id'>;
  private readonly confirmation: PreparedUpdate<'id' | 'passwordChanged' | 'rehashed'>;
  private readonly confirmationWithoutFactor: PreparedUpdate<'id' | 'passwordChanged' | 'rehashed'>;

  constructor(@InjectDataSource() dataSource: DataSource, statements: StatementRunner) {
    const rows = dataSource.getRepository(User);
    const byKey = (column: LoginColumn) =>
      new PreparedQuery(rows.createQueryBuilder('user').where(`user.${column} = :key`), ['key'], statements);
    this.byKey = { usernameKey: byKey('usernameKey'), emailKey: byKey('emailKey') };
    const confirmation = rows
      .createQueryBuilder()
      .update()
      .set({ passwordHash: () => 'COALESCE(:rehashed, password_hash)' })
      .where('id = :id AND password_changed = :passwordChanged AND disabled IS NULL');
    this.confirmation = new PreparedUpdate(confirmation, ['id', 'passwordChanged', 'rehashed']);
    // In the same statement, since every login makes it.
    const withoutFactor = confirmation
      .clone()
      .andWhere('NOT EXISTS (SELECT 1 FROM factor WHERE factor.user_id = "user".id)');
    this.confirmationWithoutFactor = new PreparedUpdate(withoutFactor, ['id', 'passwordChanged', 'rehashed']);
    this.byId = new PreparedQuery(rows.createQueryBuilder('user').where('user.id = :id'), ['id'], statements);
  }

  find(id: string): Promise<User | null> {
    return this.byId.first({ id });
  }

  /** @param key the key of the name. */
  findBy(column: LoginColumn, key: string): Promise<User | null> {
    return this.byKey[column].first({ key });
  }

  /**
   * Checks in the transaction of the login that the user is unchanged, and stores a new hash of the same password.
   * @param rehashed null to leave the hash as it is.
   * @param isWithoutFactor whether the user must have no second factor still: one that was enrolled since the login began must not
   * be passed by.
   * @returns whether the user still has that password and is not disabled.
   */
  async confirm(
    { id, passwordChanged }: ReadUser,
    rehashed: string | null,
    isWithoutFactor: boolean,
    manager: EntityManager,
  ): Promise<boolean> {
    const unchanged = { id, passwordChanged: passwordChanged.toISOString() };
    const confirmation = isWithoutFactor ? this.confirmationWithoutFactor : this.confirmation;
    return (await confirmation.execute(manager, { ...unchanged, rehashed })) > 0;
  }

  /** Remembers the language of a user. */
  async setLanguage(id: string, language: string, manager: EntityManager): Promise<void> {
    await manager.update(User, { id }, { language });
  }

  /** Changes a password. @returns whether the user still had the password that was read, and is not disabled. */
  async changePassword(
    { id, passwordChanged }: ReadUser,
    columns: PasswordColumns & Partial<Pick<User, 'emailConfirmed'>>,
    manager: EntityManager,
  ): Promise<boolean> {
    const { affected } = await manager.update(User, { id, passwordChanged, disabled: IsNull() }, columns);
    return Boolean(affected);
  }
}
