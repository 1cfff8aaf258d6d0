import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, IsNull, type Repository } from 'typeorm';
import { v7 as uuidv7, validate as isUuid } from 'uuid';
import { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { ApiError, bearerChallenge } from '../errors/api-error.js';
import { Sealer } from '../secrets/sealer.js';
import { hashToken, isMasked, isWellFormed, mask, mintToken } from './auth-header-token.js';
import { AuthHeaderUsage } from './auth-header-usage.js';
import { AuthHeader } from './auth-header.entity.js';

/** What a new auth header is made of. */
export interface NewAuthHeader {
  readonly name: string;
  readonly scopes?: readonly string[] | undefined;
  readonly expires?: Date | undefined;
}

/** An auth header and the value its reader may see: the token, or its masked form. */
export interface ShownAuthHeader {
  readonly authHeader: AuthHeader;
  readonly token: string;
}

/** Makes, lists, checks and revokes auth headers. */
@Injectable()
export class AuthHeaderService {
  constructor(
    @InjectRepository(AuthHeader) private readonly authHeaders: Repository<AuthHeader>,
    private readonly usage: AuthHeaderUsage,
    private readonly sealer: Sealer,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError `insufficient_scope` for a scope the principal lacks, `invalid_fields` for an end in the past */
  async add(principal: Principal, { name, scopes = [], expires }: NewAuthHeader): Promise<ShownAuthHeader> {
    for (const scope of scopes) if (!principal.mayGrant(scope)) throw lacking(scope);
    if (expires !== undefined && expires <= new Date()) {
      throw new ApiError('invalid_fields', { details: [{ field: 'expires', message: 'must be in the future' }] });
    }
    const id = uuidv7();
    const token = mintToken();
    const authHeader = this.authHeaders.create({
      id,
      userId: principal.userId,
      name,
      tokenHash: hashToken(token),
      masked: mask(token),
      sealedToken: this.settings.authHeaderReveal === 'once' ? null : this.sealer.seal(token, id),
      scopes: [...scopes],
      created: new Date(),
      expires: expires ?? null,
      lastUsed: null,
    });
    await this.authHeaders.insert(authHeader);
    return { authHeader, token };
  }

  /** The principal's own, newest first. An auth header sees masked values only: one that leaked must not yield the others. */
  async list({ userId, credential }: Principal): Promise<ShownAuthHeader[]> {
    const authHeaders = await this.authHeaders.find({ where: { userId }, order: { created: 'DESC', id: 'DESC' } });
    const reveals = credential.kind === 'jwt' && this.settings.authHeaderReveal === 'always';
    return authHeaders.map((authHeader) => {
      const { id, masked, sealedToken } = authHeader;
      authHeader.lastUsed = this.usage.lastUsedOf(id) ?? authHeader.lastUsed;
      return { authHeader, token: reveals && sealedToken !== null ? this.sealer.open(sealedToken, id) : masked };
    });
  }

  /**
   * Revokes one of the principal's own, named by its token, its id or its masked form.
   * @throws ApiError `not_found`, also for somebody else's
   */
  async delete({ userId }: Principal, text: string): Promise<void> {
    const named = whereNamed(text);
    const deleted = named && (await this.authHeaders.delete({ userId, ...named }));
    if (!deleted?.affected) throw new ApiError('not_found', { message: 'You have no such auth header.' });
  }

  /** Whom a token speaks for; nobody once it was deleted, has expired, or its owner may not log in. */
  async principalOf(token: string): Promise<Principal | null> {
    if (!isWellFormed(token)) return null;
    const authHeader = await this.authHeaders.findOne({
      where: { tokenHash: hashToken(token), user: { disabled: IsNull() } },
      relations: { user: true },
    });
    if (authHeader === null) return null;
    const { id, name, scopes, expires, user } = authHeader;
    if (expires !== null && expires <= new Date()) return null;
    this.usage.note(id);
    return new Principal(user.id, user.username, user.roles, { kind: 'auth-header', id, name, scopes, expires });
  }
}

function whereNamed(text: string): FindOptionsWhere<AuthHeader> | undefined {
  if (isWellFormed(text)) return { tokenHash: hashToken(text) };
  if (isMasked(text)) return { masked: text };
  return isUuid(text) ? { id: text.toLowerCase() } : undefined;
}

function lacking(scope: string): ApiError {
  return new ApiError('insufficient_scope', {
    message: `The credential lacks the scope ${scope} and cannot pass it on.`,
    headers: { 'www-authenticate': bearerChallenge('insufficient_scope', scope) },
  });
}
