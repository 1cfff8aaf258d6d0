import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditService } from '../audit/audit.service.js';
import type { Actor } from '../auth/actor.js';
import type { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { PreparedDelete, PreparedInsert } from '../database/prepared/prepared-change.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { ReadConnection } from '../database/sqlite/read-connection.js';
import { ApiError } from '../errors/api-error.js';
import { type Page, pageOf, type PageRequest, readPage } from '../database/paging.js';
import { message } from '../i18n/message.js';
import { Sealer } from '../crypto/sealer.js';
import { User } from '../database/entities/user.entity.js';
import { type Lookup, type LookupColumn, lookupOf } from './auth-header-lookup.js';
import { hashToken, mask, mintToken } from './auth-header-token.js';
import { AuthHeaderUsage } from './auth-header-usage.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { boundsOfNew, boundsOfRotated, type WantedBounds } from './delegation.js';

/** What is to be known of an auth header that was deleted. */
type Deleted = Pick<AuthHeader, 'id' | 'name'>;

/** What a new auth header is made of. */
export interface NewAuthHeader extends WantedBounds {
  readonly name: string;
}

/** What the answers say of an auth header is made of these. */
const VIEW_COLUMNS = [
  'id',
  'name',
  'masked',
  'sealedToken',
  'scopes',
  'allowedIps',
  'created',
  'expires',
  'lastUsed',
] as const satisfies (keyof AuthHeader)[];

/** An auth header and the value its reader may see: the token, or its masked form. */
export interface AuthHeaderView {
  readonly authHeader: Pick<AuthHeader, (typeof VIEW_COLUMNS)[number]>;
  readonly token: string;
}

/** Makes, lists, checks, rotates and revokes auth headers. */
@Injectable()
export class AuthHeaderService {
  private readonly ownBy: Readonly<Record<LookupColumn, PreparedQuery<AuthHeader, 'userId' | 'value'>>>;
  private readonly ownPage: PreparedQuery<AuthHeader, 'userId' | 'cursor' | 'limit'>;
  private readonly insertion: PreparedInsert<AuthHeader>;
  private readonly ownDeletionBy: Readonly<Record<LookupColumn, PreparedDelete<Deleted, 'userId' | 'value'>>>;

  constructor(
    @InjectRepository(AuthHeader) private readonly authHeaders: Repository<AuthHeader>,
    connection: ReadConnection,
    private readonly usage: AuthHeaderUsage,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
    private readonly settings: Settings,
  ) {
    const own = () => authHeaders.createQueryBuilder('header').where('header.userId = :userId');
    const ownBy = (column: LookupColumn) =>
      new PreparedQuery(own().andWhere(`header.${column} = :value`), ['userId', 'value'], connection);
    this.ownBy = { tokenHash: ownBy('tokenHash'), masked: ownBy('masked'), id: ownBy('id') };
    const ownPage = own()
      .select(VIEW_COLUMNS.map((column) => `header.${column}`))
      .andWhere('header.id < :cursor')
      .orderBy('header.id', 'DESC');
    this.ownPage = new PreparedQuery(ownPage, ['userId', 'cursor', 'limit'], connection);
    const ownerMayLogIn = authHeaders.manager
      .createQueryBuilder(User, 'owner')
      .select('owner.id')
      .where('owner.id = :userId AND owner.disabled IS NULL');
    this.insertion = new PreparedInsert(authHeaders, ownerMayLogIn);
    const ownDeletionBy = (column: LookupColumn) => {
      const deletion = authHeaders.createQueryBuilder().delete().where(`userId = :userId AND ${column} = :value`);
      return new PreparedDelete<Deleted, 'userId' | 'value'>(deletion, ['id', 'name'], ['userId', 'value']);
    };
    this.ownDeletionBy = {
      tokenHash: ownDeletionBy('tokenHash'),
      masked: ownDeletionBy('masked'),
      id: ownDeletionBy('id'),
    };
  }

  /** @throws ApiError `insufficient_scope` or `invalid_fields`, as {@link boundsOfNew} says */
  async add(principal: Principal, wanted: NewAuthHeader, actor: Actor): Promise<AuthHeaderView> {
    const { name } = wanted;
    const created = new Date();
    const bounds = boundsOfNew(principal, wanted, created, this.settings.authHeaderMaxAgeDays);
    const id = uuidv7();
    const { token, columns } = this.mint(id);
    const authHeader = {
      id,
      userId: principal.userId,
      name,
      ...columns,
      previousTokenHash: null,
      previousTokenExpires: null,
      scopes: [...bounds.scopes],
      allowedIps: [...bounds.allowedIps],
      created,
      expires: bounds.expires,
      lastUsed: null,
    };
    await this.audit.commit(actor, async (manager) => {
      // An owner disabled since the look-up must not be left with a new one.
      if (!(await this.insertion.execute(manager, authHeader))) throw new ApiError('invalid_token');
      return { result: undefined, entry: { action: 'authheader.add', target: id, detail: name } };
    });
    return { authHeader, token };
  }

  /**
   * The principal's own, newest first. An auth header sees masked values only: one that leaked must not yield the
   * others.
   */
  async list({ userId, credential }: Principal, request: PageRequest): Promise<Page<AuthHeaderView>> {
    const page = await pageOf(request, (cursor, limit) => this.ownPage.all({ userId, cursor, limit }));
    const reveals = credential.kind === 'jwt' && this.settings.authHeaderReveal === 'always';
    const rows = page.rows.map((authHeader) => {
      const { id, masked, sealedToken } = authHeader;
      authHeader.lastUsed = this.usage.lastUsedOf(id) ?? authHeader.lastUsed;
      return { authHeader, token: reveals && sealedToken !== null ? this.sealer.open(sealedToken, id) : masked };
    });
    return { ...page, rows };
  }

  /**
   * Gives one of the principal's own a new token at once; the one before stays good for the overlap, and never longer
   * than the auth header itself. Of several at once, one succeeds.
   * @throws ApiError `not_found`, also for somebody else's and for a token that was rotated already; `insufficient_scope`
   * or `invalid_fields`, as {@link boundsOfRotated} says
   */
  async rotate(principal: Principal, text: string, overlapSeconds: number, actor: Actor): Promise<AuthHeaderView> {
    const { userId } = principal;
    const current = await this.findOwn(userId, text);
    if (isExpired(current)) throw notFound();
    const { expires } = boundsOfRotated(principal, current, this.settings.authHeaderMaxAgeDays);
    const { token, columns } = this.mint(current.id);
    const overlapEnds = new Date(Date.now() + overlapSeconds * 1000);
    const changes = {
      ...columns,
      expires,
      previousTokenHash: overlapSeconds === 0 ? null : current.tokenHash,
      previousTokenExpires: overlapSeconds === 0 ? null : overlapEnds,
    };
    await this.audit.commit(actor, async (manager) => {
      const { affected } = await manager.update(AuthHeader, { id: current.id, tokenHash: current.tokenHash }, changes);
      if (!affected) throw notFound();
      const detail = `overlap ${overlapSeconds} s`;
      const revokes = { kind: 'auth-header', userId, authHeaderId: current.id } as const;
      return { result: undefined, entry: { action: 'authheader.rotate', target: current.id, detail, revokes } };
    });
    return { authHeader: Object.assign(current, changes), token };
  }

  /**
   * Revokes one of the principal's own, named by its token, its id or its masked form.
   * @throws ApiError `not_found`, also for somebody else's
   */
  async delete({ userId }: Principal, text: string, actor: Actor): Promise<void> {
    const lookup = lookupOf(text);
    if (lookup === undefined) throw notFound();
    await this.revoke(userId, lookup, actor);
  }

  /** Revokes an auth header of a user. @throws ApiError `not_found` */
  async revoke(userId: string, { column, value }: Lookup, actor: Actor): Promise<void> {
    const isRevoked = await this.audit.commit(actor, async (manager) => {
      const [deleted] = await this.ownDeletionBy[column].execute(manager, { userId, value });
      if (deleted === undefined) return { result: false };
      const { id } = deleted;
      const revokes = { kind: 'auth-header', userId, authHeaderId: id } as const;
      return { result: true, entry: { action: 'authheader.delete', target: id, detail: deleted.name, revokes } };
    });
    if (!isRevoked) throw notFound();
  }

  /** Deletes every auth header of a user. @param manager of the transaction in which the revocation is recorded. */
  async deleteAll(userId: string, manager: EntityManager): Promise<void> {
    await manager.delete(AuthHeader, { userId });
  }

  /** Everybody's or one user's, newest first, with their owners; for whoever administers the server. */
  listAll(userId: string | undefined, request: PageRequest): Promise<Page<AuthHeader>> {
    return readPage(this.authHeaders, userId === undefined ? {} : { userId }, request, { user: true });
  }

  /** Everybody's that a token, an id or a masked form names: a masked form can name several. */
  async find(text: string): Promise<AuthHeader[]> {
    const lookup = lookupOf(text);
    if (lookup === undefined) return [];
    return this.authHeaders.find({ where: { [lookup.column]: lookup.value }, relations: { user: true } });
  }

  /** @throws ApiError `not_found` */
  private async findOwn(userId: string, text: string): Promise<AuthHeader> {
    const lookup = lookupOf(text);
    const found = lookup && (await this.ownBy[lookup.column].first({ userId, value: lookup.value }));
    if (!found) throw notFound();
    return found;
  }

  private mint(id: string): { token: string; columns: Pick<AuthHeader, 'tokenHash' | 'masked' | 'sealedToken'> } {
    const token = mintToken();
    const sealedToken = this.settings.authHeaderReveal === 'once' ? null : this.sealer.seal(token, id);
    return { token, columns: { tokenHash: hashToken(token), masked: mask(token), sealedToken } };
  }
}

function isExpired({ expires }: AuthHeader): boolean {
  return expires !== null && expires <= new Date();
}

function notFound(): ApiError {
  return new ApiError('not_found', { message: message('no_such_auth_header') });
}
