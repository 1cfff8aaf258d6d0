import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { dialectOf } from '../database/dialect-of.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { User } from '../database/entities/user.entity.js';
import type { Page, PageRequest } from '../database/paging.js';
import { PreparedDelete, PreparedInsert } from '../database/prepared/prepared-change.js';
import { PreparedList } from '../database/prepared/prepared-list.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import type { RateLimitColumns } from '../rate-limit/rate-limit.js';
import { ListRunner, StatementRunner } from '../database/statement-runner.js';
import type { Lookup, LookupColumn } from './auth-header-lookup.js';
import { previousTokenOf } from './previous-token.js';

/** The columns that an answer about an auth header is made of. */
const VIEW_COLUMNS = [
  'id',
  'name',
  'masked',
  'previousMasked',
  'previousTokenExpires',
  'sealedToken',
  'scopes',
  'allowedIps',
  'requestLimit',
  'limitWindowSeconds',
  'created',
  'expires',
  'lastUsed',
] as const satisfies (keyof AuthHeader)[];

/** What an answer says of an auth header. */
export type AuthHeaderSummary = Pick<AuthHeader, (typeof VIEW_COLUMNS)[number]>;

/** What is known of an auth header that was deleted. */
export type DeletedAuthHeader = Pick<AuthHeader, 'id' | 'name'>;

/** The time in which the listed auth headers expire. */
export interface Ending {
  readonly after: Date;
  readonly until: Date;
}

/** The columns that a rotation changes. */
export type RotatedColumns = Pick<
  AuthHeader,
  'tokenHash' | 'masked' | 'sealedToken' | 'previousTokenHash' | 'previousMasked' | 'previousTokenExpires' | 'expires'
>;

/** The columns that a change without a new token may change. */
export type ChangedColumns = Pick<AuthHeader, 'name' | 'scopes' | 'allowedIps' | 'expires'> & RateLimitColumns;

/** What a list can be restricted to. */
type ListCondition = 'userId' | keyof Ending;

/** The columns that a previous token is named by. An id names the auth header. */
const PREVIOUS_COLUMNS = { tokenHash: 'previousTokenHash', masked: 'previousMasked', id: undefined } as const;

const NO_PREVIOUS_TOKEN = { previousTokenHash: null, previousMasked: null, previousTokenExpires: null };

/** The rows of auth headers. */
@Injectable()
export class AuthHeaderRepository {
  private readonly byToken: PreparedQuery<AuthHeader, 'tokenHash'>;
  private readonly ownBy: Readonly<Record<LookupColumn, PreparedQuery<AuthHeader, 'userId' | 'value'>>>;
  private readonly anyBy: Readonly<Record<LookupColumn, PreparedQuery<AuthHeader, 'value'>>>;
  private readonly own: PreparedList<AuthHeader, ListCondition>;
  private readonly all: PreparedList<AuthHeader, ListCondition>;
  private readonly unused: PreparedQuery<AuthHeader, 'before' | 'limit'>;
  private readonly insertion: PreparedInsert<AuthHeader>;
  private readonly ownDeletionBy: Readonly<Record<LookupColumn, PreparedDelete<DeletedAuthHeader, 'userId' | 'value'>>>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    statements: StatementRunner,
    lists: ListRunner,
  ) {
    const rows = dataSource.getRepository(AuthHeader);
    const select = () => rows.createQueryBuilder('header');
    const withOwner = () => select().innerJoinAndSelect('header.user', 'user');
    const ownedBy = 'header.userId = :userId';

    const byToken = withOwner().where('header.tokenHash = :tokenHash OR header.previousTokenHash = :tokenHash');
    this.byToken = new PreparedQuery(byToken, ['tokenHash'], statements);
    this.ownBy = byLookup(
      (column) =>
        new PreparedQuery(select().where(`${ownedBy} AND header.${column} = :value`), ['userId', 'value'], statements),
    );
    this.anyBy = byLookup((column) => {
      const columns = [column, PREVIOUS_COLUMNS[column]].filter((name) => name !== undefined);
      const condition = columns.map((name) => `header.${name} = :value`).join(' OR ');
      return new PreparedQuery(withOwner().where(condition), ['value'], statements);
    });
    const summaries = select().select(VIEW_COLUMNS.map((column) => `header.${column}`));
    const restrictions = { after: 'header.expires > :after', until: 'header.expires <= :until' };
    this.own = new PreparedList<AuthHeader, ListCondition>(summaries, { userId: '', ...restrictions }, lists, 'userId');
    this.all = new PreparedList(withOwner(), { userId: ownedBy, ...restrictions }, lists);

    // Of an auth header that was never used, since when it could have been.
    const sinceWhen = 'COALESCE(header.lastUsed, header.created)';
    const unused = withOwner().where(`${sinceWhen} < :before`).orderBy(sinceWhen).addOrderBy('header.id');
    this.unused = new PreparedQuery(unused, ['before', 'limit'], lists, true);

    this.insertion = new PreparedInsert(rows);
    this.ownDeletionBy = byLookup((column) => {
      const deletion = rows.createQueryBuilder().delete().where(`userId = :userId AND ${column} = :value`);
      return new PreparedDelete(deletion, ['id', 'name'], ['userId', 'value']);
    });
  }

  /** The auth header, with its owner, whose token, or whose token before the last rotation, has this hash. */
  findByToken(tokenHash: string): Promise<AuthHeader | null> {
    return this.byToken.first({ tokenHash });
  }

  /** One of a user's own. */
  findOwn(userId: string, { column, value }: Lookup): Promise<AuthHeader | null> {
    return this.ownBy[column].first({ userId, value });
  }

  /** Everybody's, with their owners, by a token that is accepted or current: a masked form can name several. */
  async findAny({ column, value }: Lookup): Promise<AuthHeader[]> {
    const rows = await this.anyBy[column].all({ value });
    return rows.filter((row) => row[column] === value || previousTokenOf(row) !== undefined);
  }

  /** A user's own, newest first. @param ending undefined for all. */
  listOwn(userId: string, ending: Ending | undefined, request: PageRequest): Promise<Page<AuthHeaderSummary>> {
    return this.own.page({ userId, ...textsOf(ending) }, request);
  }

  /** Everybody's or one user's, newest first, with their owners. @param ending as of {@link listOwn} */
  listAll(userId: string | undefined, ending: Ending | undefined, request: PageRequest): Promise<Page<AuthHeader>> {
    return this.all.page({ ...(userId === undefined ? {} : { userId }), ...textsOf(ending) }, request);
  }

  /** Everybody's that were not used since a moment, with their owners, those unused for longest first. */
  listUnused(before: Date, limit: number): Promise<AuthHeader[]> {
    return this.unused.all({ before: before.toISOString(), limit });
  }

  /** @param manager of the transaction that checks the standing of the owner. */
  insert(authHeader: Omit<AuthHeader, 'user'>, manager: EntityManager): Promise<void> {
    return this.insertion.execute(manager, authHeader);
  }

  /** Whether a user exists and is not disabled, as a transaction sees it that holds a share in the `userLock`. */
  isEnabled(userId: string, manager: EntityManager): Promise<boolean> {
    return manager.existsBy(User, { id: userId, disabled: IsNull() });
  }

  /** One as a transaction sees it that holds the owner's `userLock` exclusively; null if it is gone. */
  findToChange({ id, userId }: Pick<AuthHeader, 'id' | 'userId'>, manager: EntityManager): Promise<AuthHeader | null> {
    return manager.findOneBy(AuthHeader, { id, userId });
  }

  /** Changes one that {@link findToChange} has found. */
  async update(id: string, columns: RotatedColumns | Partial<ChangedColumns>, manager: EntityManager): Promise<void> {
    await manager.update(AuthHeader, { id }, columns);
  }

  /** Deletes one of a user's own. @returns what was deleted. */
  async deleteOwn(
    userId: string,
    { column, value }: Lookup,
    manager: EntityManager,
  ): Promise<DeletedAuthHeader | undefined> {
    const [deleted] = await this.ownDeletionBy[column].execute(manager, { userId, value });
    return deleted;
  }

  /** Ends the previous token of one of a user's own, which a lookup names. @returns whose token it was. */
  async endPreviousToken(
    userId: string,
    { column, value }: Lookup,
    manager: EntityManager,
  ): Promise<DeletedAuthHeader | undefined> {
    const name = PREVIOUS_COLUMNS[column];
    const found = name && (await manager.findOneBy(AuthHeader, { userId, [name]: value }));
    if (!found || previousTokenOf(found) === undefined) return undefined;
    await manager.update(AuthHeader, { id: found.id }, NO_PREVIOUS_TOKEN);
    return found;
  }

  /** Deletes every auth header of a user. */
  async deleteAllOf(userId: string, manager: EntityManager): Promise<void> {
    await manager.delete(AuthHeader, { userId });
  }

  /** Notes when some of them were last used. Another process may have written a later use, which stays. */
  async updateLastUsed(ids: readonly string[], lastUsed: Date): Promise<void> {
    // One that is being changed is left out, so that this waits for nobody: its next use is written.
    const earlier = 'SELECT id FROM auth_header WHERE id IN (:...ids) AND (last_used IS NULL OR last_used < :at)';
    await this.dataSource
      .createQueryBuilder()
      .update(AuthHeader)
      .set({ lastUsed })
      .where(`id IN (${earlier}${dialectOf(this.dataSource).lockingFreeRows})`, { ids, at: lastUsed.toISOString() })
      .execute();
  }
}

function textsOf(ending: Ending | undefined): Partial<Record<keyof Ending, string>> {
  return ending === undefined ? {} : { after: ending.after.toISOString(), until: ending.until.toISOString() };
}

function byLookup<T>(of: (column: LookupColumn) => T): Record<LookupColumn, T> {
  return { tokenHash: of('tokenHash'), masked: of('masked'), id: of('id') };
}
