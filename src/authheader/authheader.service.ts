import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import { newId } from '../database/new-id.js';
import type { Actor } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import { isExpired } from '../config/time.js';
import { readActiveKeys } from '../database/active-keys.js';
import { SIGNING_KEYS, userLock } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import type { Page, PageRequest } from '../database/paging.js';
import { Sealer } from '../crypto/sealer.js';
import { lookupOf } from './auth-header-lookup.js';
import { AuthHeaderSearch, notFound } from './auth-header-search.js';
import { hashToken, mask, mintToken } from './auth-header-token.js';
import { type AuthHeaderView, AuthHeaderViews } from './auth-header-views.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { type NewAuthHeader, once, type ShowToken } from './new-auth-header.js';
import { AuthHeaderRepository } from './auth-header.repository.js';
import { endingWithin } from './ending-within.js';
import {
  boundsOfNew,
  boundsOfRotated,
  type Delegation,
  OPERATOR,
  type Owner,
  refuseBeyondOwner,
  refuseSecondCount,
  refuseTokenOfPerson,
} from './delegation.js';
import { toRateLimitColumns } from '../rate-limit/rate-limit.js';

/** What a revocation ended. */
export type Revoked = 'auth header' | 'previous token';

/** Makes, lists, checks, rotates and revokes auth headers. */
@Injectable()
export class AuthHeaderService {
  constructor(
    private readonly authHeaders: AuthHeaderRepository,
    private readonly views: AuthHeaderViews,
    private readonly search: AuthHeaderSearch,
    private readonly sealer: Sealer,
    private readonly transaction: AuditedTransaction,
    private readonly settings: Settings,
  ) {}

  /**
   * Makes one for the owner.
   * @param show shows it before it is committed. If it rejects, none is made.
   * @throws ApiError `insufficient_scope` or `invalid_fields`, as {@link boundsOfNew}, {@link refuseSecondCount},
   * {@link refuseTokenOfPerson} and {@link refuseBeyondOwner} say; `unavailable` if it cannot be sealed
   */
  async add(delegation: Delegation, wanted: NewAuthHeader, actor: Actor, show?: ShowToken): Promise<AuthHeaderView> {
    const { asker, owner } = delegation;
    refuseSecondCount(asker);
    refuseTokenOfPerson(delegation);
    const { name, rateLimit } = wanted;
    const created = new Date();
    const bounds = boundsOfNew(asker, wanted, created, this.settings.authHeaderMaxAgeDays);
    refuseBeyondOwner(owner, bounds);
    const id = newId();
    const token = mintToken();
    const row = {
      id,
      userId: owner.id,
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
    const showOnce = once(show);
    const authHeader = await this.transaction.commit(
      actor,
      async (manager, last) => {
        const sealed = { ...row, sealedToken: await this.seal(token, id, owner, manager) };
        const insertion = this.authHeaders.insert(sealed, manager);
        // An owner disabled since the look-up must not be left with a new one. If it is the actor, the check of the actor refuses it.
        if (actor.userId === owner.id) {
          last.add(insertion);
        } else {
          const [isEnabled] = await Promise.all([this.authHeaders.isEnabled(owner.id, manager), insertion]);
          if (!isEnabled) throw new ApiError('unavailable');
        }
        await showOnce({ authHeader: sealed, token });
        return {
          result: sealed,
          entry: { action: 'authheader.add', target: id, detail: detailOf(delegation, name) },
        } satisfies Audited<unknown>;
      },
      { shared: [SIGNING_KEYS, userLock(owner.id)] },
    );
    return { authHeader, token };
  }

  /**
   * The owner's, newest first, as {@link AuthHeaderViews.of} shows them.
   * @param withinDays only those that expire within this many days, and have not expired yet; undefined for all.
   */
  async list(
    delegation: Delegation,
    withinDays: number | undefined,
    request: PageRequest,
  ): Promise<Page<AuthHeaderView>> {
    const page = await this.authHeaders.listOwn(delegation.owner.id, endingWithin(withinDays), request);
    return { ...page, rows: page.rows.map((authHeader) => this.views.of(delegation, authHeader)) };
  }

  /** One of the owner's. @throws ApiError `not_found`, as {@link AuthHeaderSearch.of} says */
  async find(delegation: Delegation, text: string): Promise<AuthHeaderView> {
    return this.views.of(delegation, await this.search.of(delegation, text));
  }

  /**
   * Gives one of the owner's a new token at once; the previous one stays valid for the overlap, and never longer
   * than the auth header itself. The token before that is refused at once, whatever its overlap: an auth header has two
   * valid tokens at most. Of several rotations at once, one succeeds.
   * @throws ApiError `not_found`, also for another user's and for a token that was rotated already; `insufficient_scope`
   * or `invalid_fields`, as {@link boundsOfRotated}, {@link refuseSecondCount} and {@link refuseTokenOfPerson} say;
   * `unavailable` if it cannot be sealed
   * @param show shows it before it is committed. If it rejects, the token stays.
   */
  async rotate(
    delegation: Delegation,
    text: string,
    overlapSeconds: number,
    actor: Actor,
    show?: ShowToken,
  ): Promise<AuthHeaderView> {
    const { asker, owner, ownerField } = delegation;
    refuseTokenOfPerson(delegation);
    const found = await this.search.of(delegation, text);
    refuseSecondCount(asker, found.id);
    const token = mintToken();
    const showOnce = once(show);
    const rotated = await this.transaction.commit(
      actor,
      async (manager) => {
        // Another rotation may have come first, or a change of the bounds, which may be beyond those of the principal by now.
        const current = await this.authHeaders.findToChange(found, manager);
        if (current?.tokenHash !== found.tokenHash || isExpired(current.expires)) throw notFound(ownerField);
        const { expires } = boundsOfRotated(asker, current, this.settings.authHeaderMaxAgeDays);
        const overlaps = overlapSeconds > 0;
        const columns = {
          tokenHash: hashToken(token),
          masked: mask(token),
          sealedToken: await this.seal(token, current.id, owner, manager),
          expires,
          previousTokenHash: overlaps ? current.tokenHash : null,
          previousMasked: overlaps ? current.masked : null,
          previousTokenExpires: overlaps ? new Date(Date.now() + overlapSeconds * 1000) : null,
        };
        await this.authHeaders.update(current.id, columns, manager);
        const rotated = Object.assign(current, columns);
        await showOnce({ authHeader: rotated, token });
        const detail = detailOf(delegation, `overlap ${overlapSeconds} s`);
        const revokes = { kind: 'auth-header', userId: owner.id, authHeaderId: current.id } as const;
        return {
          result: rotated,
          entry: { action: 'authheader.rotate', target: current.id, detail, revokes },
        } satisfies Audited<unknown>;
      },
      { shared: [SIGNING_KEYS], exclusive: [userLock(owner.id)] },
    );
    return { authHeader: rotated, token };
  }

  /**
   * Revokes what a text names among the owner's: the auth header, by its token, its id or its masked form, or only the
   * token before its last rotation, by that token or its masked form. A leaked old token can so be ended without
   * interrupting the program that already has the new one.
   * @throws ApiError `not_found`, also for another user's and for a token that is no longer accepted
   */
  async revoke(delegation: Delegation, text: string, actor: Actor): Promise<Revoked> {
    const { owner, ownerField } = delegation;
    const userId = owner.id;
    const lookup = lookupOf(text);
    if (lookup === undefined) throw notFound(ownerField);
    const revoked = await this.transaction.commit(actor, async (manager) => {
      const deleted = await this.authHeaders.deleteOwn(userId, lookup, manager);
      const found = deleted ?? (await this.authHeaders.endPreviousToken(userId, lookup, manager));
      if (found === undefined) return { result: undefined, entry: undefined };
      const { id, name } = found;
      const revokes = { kind: 'auth-header', userId, authHeaderId: id } as const;
      const action = deleted === undefined ? 'authheader.end-overlap' : 'authheader.delete';
      const result: Revoked = deleted === undefined ? 'previous token' : 'auth header';
      return {
        result,
        entry: { action, target: id, detail: detailOf(delegation, name), revokes },
      } satisfies Audited<unknown>;
    });
    if (revoked === undefined) throw notFound(ownerField);
    return revoked;
  }

  /** Deletes every auth header of a user. @param manager of the transaction in which the revocation is recorded. */
  deleteAll(userId: string, manager: EntityManager): Promise<void> {
    return this.authHeaders.deleteAllOf(userId, manager);
  }

  /**
   * Everybody's or one user's, newest first, with their owners; for administrators.
   * @param withinDays as of {@link list}
   */
  async listAll(
    userId: string | undefined,
    withinDays: number | undefined,
    request: PageRequest,
  ): Promise<Page<AuthHeader>> {
    const page = await this.authHeaders.listAll(userId, endingWithin(withinDays), request);
    return { ...page, rows: page.rows.map((row) => this.views.any(row)) };
  }

  /**
   * Revokes what a text names among everybody's, as {@link revoke} does; for administrators.
   * @returns the auth header, with its owner, and what of it was ended.
   * @throws ApiError `not_found`, or `invalid_fields` for a masked form of several
   */
  async revokeOfAny(text: string, actor: Actor): Promise<{ authHeader: AuthHeader; revoked: Revoked }> {
    const authHeader = await this.search.any(text);
    const delegation = { asker: OPERATOR, owner: authHeader.user };
    return { authHeader, revoked: await this.revoke(delegation, text, actor) };
  }

  /**
   * Null where the value is shown once only, as that of a service account, which has no JWT to list it with.
   * @param manager of the transaction that stores it.
   */
  private async seal(token: string, id: string, owner: Owner, manager: EntityManager): Promise<string | null> {
    if (this.settings.authHeaderReveal === 'once' || owner.kind === 'service') return null;
    return this.sealer.seal(token, id, await readActiveKeys(manager));
  }
}

/** What is recorded of a change; that of an administrator names the owner. */
function detailOf({ owner, ownerField }: Delegation, detail: string): string {
  return ownerField === undefined ? detail : `${detail}, of ${owner.username}`;
}
