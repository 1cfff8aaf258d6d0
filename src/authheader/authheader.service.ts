import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import { newId } from '../database/new-id.js';
import type { Actor } from '../auth/actor.js';
import type { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { isExpired } from '../config/time.js';
import { readActiveKeys } from '../database/active-keys.js';
import { SIGNING_KEYS } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { invalidFields } from '../errors/invalid-fields.js';
import type { Page, PageRequest } from '../database/paging.js';
import { message } from '../i18n/message.js';
import { Sealer } from '../crypto/sealer.js';
import { lookupOf } from './auth-header-lookup.js';
import { hashToken, mask, mintToken } from './auth-header-token.js';
import { type AuthHeaderView, AuthHeaderViews } from './auth-header-views.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { AuthHeaderRepository } from './auth-header.repository.js';
import { boundsOfNew, boundsOfRotated, refuseSecondCount, type WantedBounds } from './delegation.js';
import { type RateLimit, toRateLimitColumns } from '../rate-limit/rate-limit.js';
import { RateLimitWindowRepository } from '../rate-limit/rate-limit-window.repository.js';

/** What a new auth header is made of. */
export interface NewAuthHeader extends WantedBounds {
  readonly name: string;
  readonly rateLimit?: RateLimit | undefined;
}

/** What a revocation ended. */
export type Revoked = 'auth header' | 'previous token';

/** What it is sealed with must not be replaced before it is stored. */
const SEALING = { shared: [SIGNING_KEYS] };

/** Makes, lists, checks, rotates and revokes auth headers. */
@Injectable()
export class AuthHeaderService {
  constructor(
    private readonly authHeaders: AuthHeaderRepository,
    private readonly views: AuthHeaderViews,
    private readonly windows: RateLimitWindowRepository,
    private readonly sealer: Sealer,
    private readonly transaction: AuditedTransaction,
    private readonly settings: Settings,
  ) {}

  /**
   * Makes one for the principal's user.
   * @throws ApiError `insufficient_scope` or `invalid_fields`, as {@link boundsOfNew} and
   * {@link refuseSecondCount} say; `unavailable` if it cannot be sealed
   */
  async add(principal: Principal, wanted: NewAuthHeader, actor: Actor): Promise<AuthHeaderView> {
    refuseSecondCount(principal);
    const { name, rateLimit } = wanted;
    const created = new Date();
    const bounds = boundsOfNew(principal, wanted, created, this.settings.authHeaderMaxAgeDays);
    const id = newId();
    const token = mintToken();
    const row = {
      id,
      userId: principal.userId,
      name,
      tokenHash: hashToken(token),
      masked: mask(token),
      previousTokenHash: null,
      previousMasked: null,
      previousTokenExpires: null,
      scopes: [...bounds.scopes],
      allowedIps: [...bounds.allowedIps],
      ...toRateLimitColumns(rateLimit),
      created,
      expires: bounds.expires,
      lastUsed: null,
    };
    const authHeader = await this.transaction.commit(
      actor,
      async (manager, last) => {
        const sealed = { ...row, sealedToken: await this.seal(token, id, manager) };
        // An owner disabled since the look-up must not be left with a new one: the check of the actor refuses it.
        last.add(this.authHeaders.insert(sealed, manager));
        return {
          result: sealed,
          entry: { action: 'authheader.add', target: id, detail: name },
        } satisfies Audited<unknown>;
      },
      SEALING,
    );
    return { authHeader, token };
  }

  /** The principal's own, newest first, as {@link AuthHeaderViews.own} shows them. */
  async list(principal: Principal, request: PageRequest): Promise<Page<AuthHeaderView>> {
    const page = await this.authHeaders.listOwn(principal.userId, request);
    return { ...page, rows: page.rows.map((authHeader) => this.views.own(principal, authHeader)) };
  }

  /**
   * Gives one of the principal's own a new token at once; the previous one stays valid for the overlap, and never longer
   * than the auth header itself. The token before that is refused at once, whatever its overlap: an auth header has two
   * valid tokens at most. Of several rotations at once, one succeeds.
   * @throws ApiError `not_found`, also for another user's and for a token that was rotated already; `insufficient_scope`
   * or `invalid_fields`, as {@link boundsOfRotated} and {@link refuseSecondCount} say; `unavailable` if it cannot be sealed
   */
  async rotate(principal: Principal, text: string, overlapSeconds: number, actor: Actor): Promise<AuthHeaderView> {
    const { userId } = principal;
    const current = await this.findOwn(userId, text);
    if (isExpired(current.expires)) throw notFound();
    refuseSecondCount(principal, current.id);
    const { expires } = boundsOfRotated(principal, current, this.settings.authHeaderMaxAgeDays);
    const token = mintToken();
    const overlapEnds = new Date(Date.now() + overlapSeconds * 1000);
    const columns = {
      tokenHash: hashToken(token),
      masked: mask(token),
      expires,
      previousTokenHash: overlapSeconds === 0 ? null : current.tokenHash,
      previousMasked: overlapSeconds === 0 ? null : current.masked,
      previousTokenExpires: overlapSeconds === 0 ? null : overlapEnds,
    };
    const changes = await this.transaction.commit(
      actor,
      async (manager) => {
        const sealed = { ...columns, sealedToken: await this.seal(token, current.id, manager) };
        if (!(await this.authHeaders.rotate(current, sealed, manager))) throw notFound();
        const detail = `overlap ${overlapSeconds} s`;
        const revokes = { kind: 'auth-header', userId, authHeaderId: current.id } as const;
        return {
          result: sealed,
          entry: { action: 'authheader.rotate', target: current.id, detail, revokes },
        } satisfies Audited<unknown>;
      },
      SEALING,
    );
    return { authHeader: Object.assign(current, changes), token };
  }

  /**
   * Changes the rate limit of one of the principal's own. @param rateLimit undefined for none.
   * @throws ApiError `not_found`, also for another user's; `insufficient_scope`, as {@link refuseSecondCount} says
   */
  async update(
    principal: Principal,
    text: string,
    rateLimit: RateLimit | undefined,
    actor: Actor,
  ): Promise<AuthHeaderView> {
    refuseSecondCount(principal);
    const current = await this.findOwn(principal.userId, text);
    await this.limit(current, rateLimit, actor);
    return this.views.own(principal, current);
  }

  /** Like {@link update}, for administrators. @throws ApiError as {@link revokeOfAny} */
  async updateAny(text: string, rateLimit: RateLimit | undefined, actor: Actor): Promise<AuthHeader> {
    const current = await this.findAny(text);
    await this.limit(current, rateLimit, actor);
    return this.views.any(current);
  }

  /**
   * Revokes what a text names among a user's own: the auth header, by its token, its id or its masked form, or only the
   * token before its last rotation, by that token or its masked form. A leaked old token can so be ended without
   * interrupting the program that already has the new one.
   * @throws ApiError `not_found`, also for another user's and for a token that is no longer accepted
   */
  async revoke(userId: string, text: string, actor: Actor): Promise<Revoked> {
    const lookup = lookupOf(text);
    if (lookup === undefined) throw notFound();
    const revoked = await this.transaction.commit(actor, async (manager) => {
      const deleted = await this.authHeaders.deleteOwn(userId, lookup, manager);
      const found = deleted ?? (await this.authHeaders.endPreviousToken(userId, lookup, manager));
      if (found === undefined) return { result: undefined, entry: undefined };
      const { id, name } = found;
      const revokes = { kind: 'auth-header', userId, authHeaderId: id } as const;
      const action = deleted === undefined ? 'authheader.end-overlap' : 'authheader.delete';
      const result: Revoked = deleted === undefined ? 'previous token' : 'auth header';
      return { result, entry: { action, target: id, detail: name, revokes } } satisfies Audited<unknown>;
    });
    if (revoked === undefined) throw notFound();
    return revoked;
  }

  /** Deletes every auth header of a user. @param manager of the transaction in which the revocation is recorded. */
  deleteAll(userId: string, manager: EntityManager): Promise<void> {
    return this.authHeaders.deleteAllOf(userId, manager);
  }

  /** Everybody's or one user's, newest first, with their owners; for administrators. */
  async listAll(userId: string | undefined, request: PageRequest): Promise<Page<AuthHeader>> {
    const page = await this.authHeaders.listAll(userId, request);
    return { ...page, rows: page.rows.map((row) => this.views.any(row)) };
  }

  /**
   * Revokes what a text names among everybody's, as {@link revoke} does; for administrators.
   * @returns the auth header, with its owner, and what of it was ended.
   * @throws ApiError `not_found`, or `invalid_fields` for a masked form of several
   */
  async revokeOfAny(text: string, actor: Actor): Promise<{ authHeader: AuthHeader; revoked: Revoked }> {
    const authHeader = await this.findAny(text);
    return { authHeader, revoked: await this.revoke(authHeader.userId, text, actor) };
  }

  private async limit(current: AuthHeader, rateLimit: RateLimit | undefined, actor: Actor): Promise<void> {
    const { id, userId, limitWindowSeconds } = current;
    const columns = toRateLimitColumns(rateLimit);
    await this.transaction.commit(actor, async (manager) => {
      if (!(await this.authHeaders.updateRateLimit(current, columns, manager))) throw notFound();
      // A window of another length ends at another time: what was counted in it says nothing of the new one.
      if (columns.limitWindowSeconds !== limitWindowSeconds) await this.windows.delete(id, manager);
      const detail = rateLimit === undefined ? 'no limit' : `limit ${rateLimit.limit} in ${rateLimit.windowSeconds} s`;
      const revokes = { kind: 'auth-header', userId, authHeaderId: id } as const;
      return {
        result: undefined,
        entry: { action: 'authheader.update', target: id, detail, revokes },
      } satisfies Audited<unknown>;
    });
    Object.assign(current, columns);
  }

  /** @throws ApiError `not_found`, or `invalid_fields` for a masked form of several */
  private async findAny(text: string): Promise<AuthHeader> {
    const lookup = lookupOf(text);
    const [authHeader, ...others] = lookup === undefined ? [] : await this.authHeaders.findAny(lookup);
    if (authHeader === undefined) throw new ApiError('not_found', { message: message('no_auth_header_of_any_user') });
    if (others.length > 0) {
      throw invalidFields([{ field: 'text', message: message('names_several_auth_headers') }]);
    }
    return authHeader;
  }

  /** @throws ApiError `not_found` */
  private async findOwn(userId: string, text: string): Promise<AuthHeader> {
    const lookup = lookupOf(text);
    const found = lookup && (await this.authHeaders.findOwn(userId, lookup));
    if (!found) throw notFound();
    return found;
  }

  /** Null where the value is shown once only. @param manager of the transaction that stores it. */
  private async seal(token: string, id: string, manager: EntityManager): Promise<string | null> {
    if (this.settings.authHeaderReveal === 'once') return null;
    return this.sealer.seal(token, id, await readActiveKeys(manager));
  }
}

function notFound(): ApiError {
  return new ApiError('not_found', { message: message('no_such_auth_header') });
}
