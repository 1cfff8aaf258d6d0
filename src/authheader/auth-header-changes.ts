import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import { isExpired } from '../config/time.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { userLock } from '../database/transactions.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import { message } from '../i18n/message.js';
import { RateLimitWindowRepository } from '../rate-limit/rate-limit-window.repository.js';
import { type RateLimit, rateLimitOf, toRateLimitColumns } from '../rate-limit/rate-limit.js';
import { refuseOther } from '../http/refuse-other.js';
import { hashToken } from './auth-header-token.js';
import { AuthHeaderSearch, notFound } from './auth-header-search.js';
import { type AuthHeaderView, AuthHeaderViews } from './auth-header-views.js';
import { AuthHeaderRepository, type ChangedColumns } from './auth-header.repository.js';
import type { UpdateAuthHeaderDto } from './dto/update-auth-header.dto.js';
import {
  boundsOfChanged,
  type ChangedBounds,
  type Delegation,
  OPERATOR,
  refuseBeyondOwner,
  refuseSecondCount,
  refuseWideningOfPerson,
} from './delegation.js';

/** The changes to an auth header. What is undefined stays. */
export interface AuthHeaderChange extends ChangedBounds {
  readonly name?: string | undefined;
  /** Null removes the limit. */
  readonly rateLimit?: RateLimit | null | undefined;
  /** As it is, or masked. */
  readonly token?: string | undefined;
  /** As it is. */
  readonly created?: Date | undefined;
}

/** The change that a body asks for. */
export function changeIn(body: UpdateAuthHeaderDto): AuthHeaderChange {
  const { name, expires, scopes, allowedIps, rateLimit, token, created } = body;
  return {
    name,
    scopes,
    allowedIps,
    rateLimit,
    expires: typeof expires === 'string' ? new Date(expires) : expires,
    ...(token === undefined ? {} : { token }),
    ...(created === undefined ? {} : { created: new Date(created) }),
  };
}

/**
 * What a change really changes: a client may send back all that a list told it. A bound that stays as it is needs no right, even
 * if it is beyond those of the asker. Null is always a change: the server's limit may set another end.
 * @throws ApiError `invalid_fields` for what this call does not change
 */
function changesTo(current: AuthHeader, wanted: AuthHeaderChange): AuthHeaderChange {
  const { name, scopes, allowedIps, expires, rateLimit, token, created } = wanted;
  const isOther = {
    token: token !== undefined && token !== current.masked && hashToken(token) !== current.tokenHash,
    created: created !== undefined && formatTimestamp(created) !== formatTimestamp(current.created),
  };
  refuseOther(isOther);
  const hasSameEnd = expires && current.expires && formatTimestamp(expires) === formatTimestamp(current.expires);
  return {
    name: name === current.name ? undefined : name,
    scopes: isDeepStrictEqual(scopes, current.scopes) ? undefined : scopes,
    allowedIps: isDeepStrictEqual(allowedIps, current.allowedIps) ? undefined : allowedIps,
    expires: hasSameEnd ? undefined : expires,
    rateLimit: isDeepStrictEqual(rateLimit && { ...rateLimit }, rateLimitOf(current)) ? undefined : rateLimit,
  };
}

function isEmpty(change: AuthHeaderChange): boolean {
  return Object.values(change).every((value) => value === undefined);
}

/** The columns that bound what an auth header may do. */
const BOUNDS = ['scopes', 'allowedIps', 'expires'] as const satisfies (keyof ChangedBounds)[];

/** In characters, the length of the column. */
const DETAIL_LENGTH = 255;

/** Changes auth headers that keep their token. A change holds from the moment of the answer, also where it takes something away. */
@Injectable()
export class AuthHeaderChanges {
  constructor(
    private readonly authHeaders: AuthHeaderRepository,
    private readonly search: AuthHeaderSearch,
    private readonly views: AuthHeaderViews,
    private readonly windows: RateLimitWindowRepository,
    private readonly transaction: AuditedTransaction,
    private readonly settings: Settings,
  ) {}

  /**
   * Changes one of the owner's.
   * @throws ApiError `not_found`, also for another user's and for one that has expired; `invalid_fields` where nothing is to be
   * changed; `insufficient_scope` or `invalid_fields`, as {@link boundsOfChanged}, {@link refuseSecondCount},
   * {@link refuseBeyondOwner} and {@link refuseWideningOfPerson} say
   */
  async update(delegation: Delegation, text: string, change: AuthHeaderChange, actor: Actor): Promise<AuthHeaderView> {
    refuseNoChange(change);
    refuseSecondCount(delegation.asker);
    const current = await this.search.of(delegation, text);
    await this.commit(delegation, current, change, actor);
    return this.views.of(delegation, current);
  }

  /** Like {@link update}, for the operator and anybody's. @throws ApiError as {@link update} */
  async updateAny(text: string, change: AuthHeaderChange, actor: Actor): Promise<AuthHeader> {
    refuseNoChange(change);
    const current = await this.search.any(text);
    await this.commit({ asker: OPERATOR, owner: current.user }, current, change, actor);
    return this.views.any(current);
  }

  private async commit(
    delegation: Delegation,
    found: AuthHeader,
    wanted: AuthHeaderChange,
    actor: Actor,
  ): Promise<void> {
    refuseBeyondOwner(delegation.owner, wanted);
    const { id, userId } = found;
    const changes = await this.transaction.commit(
      actor,
      async (manager) => {
        // Bounds that were changed since the look-up may be beyond those of the asker.
        const current = await this.authHeaders.findToChange(found, manager);
        if (current === null || isExpired(current.expires)) throw notFound(delegation.ownerField);
        const change = changesTo(current, wanted);
        if (isEmpty(change)) return { result: {}, entry: undefined };
        const columns = columnsOf(delegation, current, change, this.settings.authHeaderMaxAgeDays);
        await this.authHeaders.update(id, columns, manager);
        // A window of another length ends at another time: what was counted in it says nothing of the new one.
        const { limitWindowSeconds = current.limitWindowSeconds } = columns;
        if (limitWindowSeconds !== current.limitWindowSeconds) await this.windows.delete(id, manager);
        const revokes = { kind: 'auth-header', userId, authHeaderId: id } as const;
        const entry = {
          action: 'authheader.update',
          target: id,
          detail: describe(delegation, change, columns),
          revokes,
        } as const;
        return { result: columns, entry } satisfies Audited<unknown>;
      },
      { exclusive: [userLock(userId)] },
    );
    Object.assign(found, changes);
  }
}

/** @throws ApiError `insufficient_scope` or `invalid_fields`, as {@link boundsOfChanged} and {@link refuseWideningOfPerson} say */
function columnsOf(
  delegation: Delegation,
  current: AuthHeader,
  change: AuthHeaderChange,
  maxAgeDays: number,
): Partial<ChangedColumns> {
  const { name, rateLimit } = change;
  return {
    ...(name === undefined ? {} : { name }),
    ...(changesBounds(change) ? boundsColumns(delegation, current, change, maxAgeDays) : {}),
    ...(rateLimit === undefined ? {} : toRateLimitColumns(rateLimit ?? undefined)),
  };
}

/** @throws ApiError as {@link columnsOf} */
function boundsColumns(
  delegation: Delegation,
  current: AuthHeader,
  change: ChangedBounds,
  maxAgeDays: number,
): Pick<ChangedColumns, (typeof BOUNDS)[number]> {
  const bounds = boundsOfChanged(delegation.asker, current, change, maxAgeDays);
  refuseWideningOfPerson(delegation, current, bounds);
  const { scopes, allowedIps, expires } = bounds;
  return { scopes: [...scopes], allowedIps: [...allowedIps], expires };
}

function changesBounds(change: ChangedBounds): boolean {
  return BOUNDS.some((name) => change[name] !== undefined);
}

/** @throws ApiError `invalid_fields` */
function refuseNoChange(change: AuthHeaderChange): void {
  if (!isEmpty(change)) return;
  const other = ['name', ...BOUNDS].join(', ');
  throw invalidFields([{ field: 'rateLimit', message: message('is_required_without', { other }) }]);
}

/** What is changed. The scopes, which may be long, are cut off last. */
function describe(
  { owner, ownerField }: Delegation,
  { name, rateLimit, scopes, allowedIps, expires }: AuthHeaderChange,
  columns: Partial<ChangedColumns>,
): string {
  const end = columns.expires ?? null;
  const parts = [
    ownerField !== undefined && `of ${owner.username}`,
    name !== undefined && 'name',
    rateLimit === null && 'no limit',
    rateLimit && `limit ${rateLimit.limit} in ${rateLimit.windowSeconds} s`,
    expires !== undefined && (end === null ? 'no expiry' : `expires ${formatTimestamp(end)}`),
    allowedIps !== undefined && 'allowed addresses',
    scopes !== undefined && (scopes.length === 0 ? 'no scopes' : `scopes ${scopes.join(' ')}`),
  ];
  return parts.filter(Boolean).join(', ').slice(0, DETAIL_LENGTH);
}
