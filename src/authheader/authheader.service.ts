import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditService } from '../audit/audit.service.js';
import type { Actor } from '../auth/actor.js';
import type { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { KeptDeletion, KeptInsertion } from '../database/prepared/prepared-change.js';
import { KeptQuery } from '../database/prepared/prepared-query.js';
import { ReadConnection } from '../database/sqlite/read-connection.js';
import { ApiError } from '../errors/api-error.js';
import { type Page, pageOf, type PageRequest, readPage } from '../database/paging.js';
import { message } from '../i18n/message.js';
import { Sealer } from '../crypto/sealer.js';
import { User } from '../database/entities/user.entity.js';
import { type NamedBy, type Naming, namingOf } from './auth-header-naming.js';
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
const SHOWN_COLUMNS = [
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
export interface ShownAuthHeader {
  readonly authHeader: Pick<AuthHeader, (typeof SHOWN_COLUMNS)[number]>;
  readonly token: string;
}

/** Makes, lists, checks, rotates and revokes auth headers. */
@Injectable()
export class AuthHeaderService {
  private readonly ownBy: Readonly<Record<Naming, KeptQuery<AuthHeader, 'userId' | 'name'>>>;
  private readonly ownPage: KeptQuery<AuthHeader, 'userId' | 'cursor' | 'limit'>;
  private readonly insertion: KeptInsertion<AuthHeader>;
  private readonly ownDeletionBy: Readonly<Record<Naming, KeptDeletion<Deleted, 'userId' | 'name'>>>;

  constructor(
    @InjectRepository(AuthHeader) private readonly authHeaders: Repository<AuthHeader>,
    connection: ReadConnection,
    private readonly usage: AuthHeaderUsage,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
    private readonly settings: Settings,
  ) {
    const own = () => authHeaders.createQueryBuilder('header').where('header.userId = :userId');
    const ownBy = (naming: Naming) =>
      new KeptQuery(own().andWhere(`header.${naming} = :name`), ['userId', 'name'], connection);
    this.ownBy = { tokenHash: ownBy('tokenHash'), masked: ownBy('masked'), id: ownBy('id') };
    const ownPage = own()
      .select(SHOWN_COLUMNS.map((column) => `header.${column}`))
      .andWhere('header.id < :cursor')
      .orderBy('header.id', 'DESC');
    this.ownPage = new KeptQuery(ownPage, ['userId', 'cursor', 'limit'], connection);
    const ownerMayLogIn = authHeaders.manager
      .createQueryBuilder(User, 'owner')
      .select('owner.id')
      .where('owner.id = :userId AND owner.disabled IS NULL');
    this.insertion = new KeptInsertion(authHeaders, ownerMayLogIn);
    const ownDeletionBy = (naming: Naming) => {
      const deletion = authHeaders.createQueryBuilder().delete().where(`userId = :userId AND ${naming} = :name`);
      return new KeptDeletion<Deleted, 'userId' | 'name'>(deletion, ['id', 'name'], ['userId', 'name']);
    };
    this.ownDeletionBy = {
      tokenHash: ownDeletionBy('tokenHash'),
      masked: ownDeletionBy('masked'),
      id: ownDeletionBy('id'),
    };
  }

  /** @throws ApiError `insufficient_scope` or `invalid_fields`, as {@link boundsOfNew} says */
  async add(principal: Principal, wanted: NewAuthHeader, actor: Actor): Promise<ShownAuthHeader> {
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
    await this.audit.recording(actor, async (manager) => {
      // An owner disabled since the look-up must not be left with a new one.
      if (!(await this.insertion.make(manager, authHeader))) throw new ApiError('invalid_token');
      return { result: undefined, occurrence: { action: 'authheader.add', target: id, detail: name } };
    });
    return { authHeader, token };
  }

  /**
   * The principal's own, newest first. An auth header sees masked values only: one that leaked must not yield the
   * others.
   */
  async list({ userId, credential }: Principal, request: PageRequest): Promise<Page<ShownAuthHeader>> {
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
  async rotate(principal: Principal, text: string, overlapSeconds: number, actor: Actor): Promise<ShownAuthHeader> {
    const { userId } = principal;
    const current = await this.findOwn(userId, text);
    if (isOver(current)) throw noSuch();
    const { expires } = boundsOfRotated(principal, current, this.settings.authHeaderMaxAgeDays);
    const { token, columns } = this.mint(current.id);
    const overlapEnds = new Date(Date.now() + overlapSeconds * 1000);
    const changes = {
      ...columns,
      expires,
      previousTokenHash: overlapSeconds === 0 ? null : current.tokenHash,
      previousTokenExpires: overlapSeconds === 0 ? null : overlapEnds,
    };
    await this.audit.recording(actor, async (manager) => {
      const { affected } = await manager.update(AuthHeader, { id: current.id, tokenHash: current.tokenHash }, changes);
      if (!affected) throw noSuch();
      const detail = `overlap ${overlapSeconds} s`;
      const revokes = { of: 'auth-header', userId, authHeaderId: current.id } as const;
      return { result: undefined, occurrence: { action: 'authheader.rotate', target: current.id, detail, revokes } };
    });
    return { authHeader: Object.assign(current, changes), token };
  }

  /**
   * Revokes one of the principal's own, named by its token, its id or its masked form.
   * @throws ApiError `not_found`, also for somebody else's
   */
  async delete({ userId }: Principal, text: string, actor: Actor): Promise<void> {
    const naming = namingOf(text);
    if (naming === undefined) throw noSuch();
    await this.revoke(userId, naming, actor);
  }

  /** Revokes an auth header of a user. @throws ApiError `not_found` */
  async revoke(userId: string, { by, name }: NamedBy, actor: Actor): Promise<void> {
    const isRevoked = await this.audit.recording(actor, async (manager) => {
      const [deleted] = await this.ownDeletionBy[by].make(manager, { userId, name });
      if (deleted === undefined) return { result: false };
      const { id } = deleted;
      const revokes = { of: 'auth-header', userId, authHeaderId: id } as const;
      return { result: true, occurrence: { action: 'authheader.delete', target: id, detail: deleted.name, revokes } };
    });
    if (!isRevoked) throw noSuch();
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
    const naming = namingOf(text);
    if (naming === undefined) return [];
    return this.authHeaders.find({ where: { [naming.by]: naming.name }, relations: { user: true } });
  }

  /** @throws ApiError `not_found` */
  private async findOwn(userId: string, text: string): Promise<AuthHeader> {
    const naming = namingOf(text);
    const found = naming && (await this.ownBy[naming.by].first({ userId, name: naming.name }));
    if (!found) throw noSuch();
    return found;
  }

  private mint(id: string): { token: string; columns: Pick<AuthHeader, 'tokenHash' | 'masked' | 'sealedToken'> } {
    const token = mintToken();
    const sealedToken = this.settings.authHeaderReveal === 'once' ? null : this.sealer.seal(token, id);
    return { token, columns: { tokenHash: hashToken(token), masked: mask(token), sealedToken } };
  }
}

function isOver({ expires }: AuthHeader): boolean {
  return expires !== null && expires <= new Date();
}

function noSuch(): ApiError {
  return new ApiError('not_found', { message: message('no_such_auth_header') });
}
