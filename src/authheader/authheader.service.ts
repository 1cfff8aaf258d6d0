import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditService } from '../audit/audit.service.js';
import type { Actor } from '../auth/actor.js';
import type { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { KeptDeletion, KeptInsertion } from '../database/kept-change.js';
import { KeptQuery } from '../database/kept-query.js';
import { ReadConnection } from '../database/read-connection.js';
import { ApiError, bearerChallenge } from '../errors/api-error.js';
import { isWellFormed } from '../guard/auth-header-format.js';
import { readId } from '../http/id.js';
import { type Page, pageOf, type PageRequest, readPage } from '../http/paging.js';
import { message, type Message } from '../languages/message.js';
import { Sealer } from '../secrets/sealer.js';
import { User } from '../database/entities/user.entity.js';
import { hashToken, isMasked, mask, mintToken } from './auth-header-token.js';
import { AuthHeaderUsage } from './auth-header-usage.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';

const DAY_MS = 86_400_000;

/** What an auth header can be named by. */
type Naming = 'tokenHash' | 'masked' | 'id';

/** What names an auth header, and as which of these. */
interface NamedBy {
  readonly by: Naming;
  readonly name: string;
}

/** What is to be known of an auth header that was deleted. */
type Deleted = Pick<AuthHeader, 'id' | 'name'>;

/** What a new auth header is made of. */
export interface NewAuthHeader {
  readonly name: string;
  readonly scopes?: readonly string[] | undefined;
  readonly allowedIps?: readonly string[] | undefined;
  readonly expires?: Date | undefined;
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

  /** @throws ApiError `insufficient_scope` for a scope the principal lacks, `invalid_fields` for an end that cannot be */
  async add(principal: Principal, wanted: NewAuthHeader, actor: Actor): Promise<ShownAuthHeader> {
    const { name, scopes = [] } = wanted;
    for (const scope of scopes) if (!principal.mayGrant(scope)) throw lacking(scope);
    const allowedIps = networksOf(wanted.allowedIps ?? [], principal);
    const created = new Date();
    const expires = endOf(wanted.expires, principal, created, this.settings.authHeaderMaxAgeDays);
    const id = uuidv7();
    const { token, columns } = this.mint(id);
    const authHeader = {
      id,
      userId: principal.userId,
      name,
      ...columns,
      previousTokenHash: null,
      previousTokenExpires: null,
      scopes: [...scopes],
      allowedIps: [...allowedIps],
      created,
      expires,
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
   * @throws ApiError `not_found`, also for somebody else's and for a token that was rotated already
   */
  async rotate(principal: Principal, text: string, overlapSeconds: number, actor: Actor): Promise<ShownAuthHeader> {
    const { userId } = principal;
    const current = await this.findOwn(userId, text);
    if (isOver(current)) throw noSuch();
    // Whoever rotates gets the new token, and with it what the old one may do.
    for (const scope of current.scopes) if (!principal.mayGrant(scope)) throw lacking(scope);
    const { token, columns } = this.mint(current.id);
    const overlapEnds = new Date(Date.now() + overlapSeconds * 1000);
    const changes = {
      ...columns,
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

/**
 * The end that was asked for, within the server's limit and that of the auth header that asks; without one, the
 * earlier of the two.
 */
function endOf(wanted: Date | undefined, { credential }: Principal, now: Date, maxAgeDays: number): Date | null {
  const ownEnd = credential.kind === 'auth-header' ? credential.expires : null;
  const limit = maxAgeDays === 0 ? null : new Date(now.getTime() + maxAgeDays * DAY_MS);
  if (wanted === undefined) return earlier(ownEnd, limit);
  if (wanted <= now) throw badField('expires', message('must_be_in_the_future'));
  if (limit !== null && wanted > limit) throw badField('expires', message('must_be_within_days', { days: maxAgeDays }));
  if (ownEnd !== null && wanted > ownEnd) throw badField('expires', message('must_not_outlive_this_auth_header'));
  return wanted;
}

/** The earlier of two ends; null is none. */
export function earlier(one: Date | null, other: Date | null): Date | null {
  return one === null || (other !== null && other < one) ? other : one;
}

/** The networks that were asked for; an auth header that is bound to some passes on those, or a part of them. */
function networksOf(wanted: readonly string[], { allowedIps }: Principal): readonly string[] {
  if (allowedIps.length === 0) return wanted;
  if (wanted.length === 0) return allowedIps;
  if (wanted.every((network) => allowedIps.includes(network))) return wanted;
  throw badField('allowedIps', message('must_be_among', { words: allowedIps.join(', ') }));
}

function badField(field: string, complaint: Message): ApiError {
  return new ApiError('invalid_fields', { details: [{ field, message: complaint }] });
}

function noSuch(): ApiError {
  return new ApiError('not_found', { message: message('no_such_auth_header') });
}

function namingOf(text: string): NamedBy | undefined {
  if (isWellFormed(text)) return { by: 'tokenHash', name: hashToken(text) };
  if (isMasked(text)) return { by: 'masked', name: text };
  const id = readId(text);
  return id === undefined ? undefined : { by: 'id', name: id };
}

function lacking(scope: string): ApiError {
  return new ApiError('insufficient_scope', {
    message: message('scope_not_passed_on', { scope }),
    headers: { 'www-authenticate': bearerChallenge('insufficient_scope', scope) },
  });
}
