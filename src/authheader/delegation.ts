import type { Principal } from '../auth/principal.js';
import { DAY_MS } from '../config/time.js';
import type { UserKind } from '../database/entities/user.entity.js';
import { ApiError, bearerChallenge, type FieldError } from '../errors/api-error.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { isWithin } from '../net/ip-ranges.js';
import { message, type Message } from '../i18n/message.js';

/** What a long-lived credential may be used for, from where and until when. */
export interface Bounds {
  readonly scopes: readonly string[];
  /** The addresses and networks (CIDR) it may be used from; empty for everywhere. */
  readonly allowedIps: readonly string[];
  /** Its end; null where it has none. */
  readonly expires: Date | null;
}

/** Who asks for a credential, and what it may pass on: a {@link Principal}, or the operator of the command line. */
export interface Asker {
  readonly credential: Principal['credential'] | { readonly kind: 'command-line' };
  /** The addresses and networks (CIDR) it is bound to; empty for none. */
  readonly allowedIps: readonly string[];
  mayGrant(scope: string): boolean;
}

/** The operator of the command line, who can read the database and the secret. */
export const OPERATOR: Asker = { credential: { kind: 'command-line' }, allowedIps: [], mayGrant: () => true };

/** Whose an auth header is. */
export interface Owner {
  readonly id: string;
  readonly username: string;
  readonly kind: UserKind;
  readonly roles: readonly string[];
  /** Absent for the user of a principal, who is not. */
  readonly disabled?: Date | null;
}

/** A request for auth headers: who asks, and for whom. */
export interface Delegation {
  readonly asker: Asker;
  readonly owner: Owner;
  /** The field in which an administrator named the owner; absent for a user's own auth headers. */
  readonly ownerField?: string;
}

/** What is asked for a new credential. */
export interface WantedBounds {
  readonly scopes?: readonly string[] | undefined;
  readonly allowedIps?: readonly string[] | undefined;
  readonly expires?: Date | undefined;
}

/** What is asked for a credential that exists. What is undefined stays. */
export interface ChangedBounds {
  readonly scopes?: readonly string[] | undefined;
  /** Empty for everywhere. */
  readonly allowedIps?: readonly string[] | undefined;
  /** Null removes the end. */
  readonly expires?: Date | null | undefined;
}

/**
 * The bounds of a new credential: those that are asked for, and for lack of them the networks of the principal and the
 * earlier of its end and the server's limit.
 * @param now when it is made; the limit counts from then.
 * @param maxAgeDays the server's limit; 0 for none.
 * @throws ApiError `insufficient_scope` or `invalid_fields`, for what the principal may not pass on and for an end that is
 * past or beyond the limit
 */
export function boundsOfNew(asker: Asker, wanted: WantedBounds, now: Date, maxAgeDays: number): Bounds {
  const { scopes = [], allowedIps = [], expires } = wanted;
  const end = endWithinLimit(expires ?? null, now, maxAgeDays);
  const bounds = {
    scopes,
    allowedIps: allowedIps.length === 0 ? asker.allowedIps : allowedIps,
    expires: expires === undefined ? earliest(expiryOf(asker), end) : end,
  };
  refuseBeyond(asker, bounds);
  return bounds;
}

/**
 * The bounds of a credential after a change. All of them must be within those of the asker, not the changed ones alone: its
 * holder obtains by a wider network what it may not do by its scopes. An end that stays may be beyond the server's limit.
 * @param maxAgeDays the server's limit; 0 for none. With one, a removed end becomes that of the limit.
 * @throws ApiError as {@link boundsOfNew}
 */
export function boundsOfChanged(
  asker: Asker,
  current: Bounds,
  { scopes, allowedIps, expires }: ChangedBounds,
  maxAgeDays: number,
): Bounds {
  const bounds = {
    scopes: scopes ?? current.scopes,
    allowedIps: allowedIps ?? current.allowedIps,
    expires: expires === undefined ? current.expires : endWithinLimit(expires, new Date(), maxAgeDays),
  };
  refuseBeyond(asker, bounds);
  return bounds;
}

/**
 * The bounds of a credential from its rotation on: its own, and the server's limit. A caller that rotates one gets its new
 * token, and with it obtains all that it may do.
 * @param maxAgeDays the server's limit; 0 for none. It counts from now, since a credential can be older than the setting.
 * @throws ApiError `insufficient_scope` or `invalid_fields`, for what the principal may not pass on
 */
export function boundsOfRotated(asker: Asker, current: Bounds, maxAgeDays: number): Bounds {
  const { scopes, allowedIps, expires } = current;
  const bounds = { scopes, allowedIps, expires: earliest(expires, limitOf(maxAgeDays, new Date())) };
  refuseBeyond(asker, bounds);
  return bounds;
}

/**
 * Each auth header has a count of its own, so one with a rate limit would pass its limit with the token of another, or with
 * another limit. It obtains its own next token only.
 * @param authHeaderId whose token is asked for; absent for a new one and for a change.
 * @throws ApiError `insufficient_scope`
 */
export function refuseSecondCount({ credential }: Asker, authHeaderId?: string): void {
  if (credential.kind !== 'auth-header' || credential.rateLimit === undefined || credential.id === authHeaderId) return;
  throw new ApiError('insufficient_scope', { message: message('rate_limited_passes_on_nothing') });
}

/**
 * Nobody obtains a token that speaks for another person: an administrator asks for those of service accounts only.
 * @throws ApiError `invalid_fields`
 */
export function refuseTokenOfPerson({ owner, ownerField }: Delegation): void {
  if (ownerField === undefined || (owner.kind === 'service' && !owner.disabled)) return;
  throw invalidFields([{ field: ownerField, message: message('must_be_a_service_account') }]);
}

/**
 * An administrator takes rights from an auth header of a person, and gives none: who knows its token would use them in that
 * person's name.
 * @throws ApiError `invalid_fields`
 */
export function refuseWideningOfPerson(
  delegation: Delegation,
  current: Bounds,
  { scopes, allowedIps, expires }: Bounds,
): void {
  const isNarrower =
    scopes.every((scope) => current.scopes.includes(scope)) &&
    areWithin(allowedIps, current.allowedIps) &&
    endsWithin(expires, current.expires);
  if (!isNarrower) refuseTokenOfPerson(delegation);
}

/**
 * An auth header does nothing with the scope `admin` while its owner is no administrator, and would from the day the owner is one.
 * @throws ApiError `invalid_fields`
 */
export function refuseBeyondOwner({ roles }: Owner, { scopes = [] }: Pick<WantedBounds, 'scopes'>): void {
  if (scopes.includes('admin') && !roles.includes('admin')) {
    throw invalidFields([bad('scopes', message('must_not_hold_admin'))]);
  }
}

/** The earlier of two ends; null is none. */
export function earliest(one: Date | null, other: Date | null): Date | null {
  return one === null || (other !== null && other < one) ? other : one;
}

/**
 * Nobody passes on a scope they lack. An auth header that is bound to networks or to an end passes on nothing outside of
 * them, so that one that leaked dies with its bounds.
 */
function refuseBeyond(asker: Asker, { scopes, allowedIps, expires }: Bounds): void {
  const lacked = scopes.find((scope) => !asker.mayGrant(scope));
  if (lacked !== undefined) throw insufficientScope(lacked);
  const complaints: FieldError[] = [];
  const own = asker.allowedIps;
  if (!areWithin(allowedIps, own)) {
    complaints.push(bad('allowedIps', message('must_be_within_networks', { networks: own.join(', ') })));
  }
  const end = expiryOf(asker);
  if (!endsWithin(expires, end)) {
    complaints.push(bad('expires', message('must_not_outlive_the_asking_auth_header')));
  }
  if (complaints.length > 0) throw invalidFields(complaints);
}

/** Whether all of some networks are parts of others; empty stands for everywhere. */
function areWithin(networks: readonly string[], others: readonly string[]): boolean {
  return others.length === 0 || (networks.length > 0 && networks.every((network) => isWithin(network, others)));
}

function endsWithin(expires: Date | null, end: Date | null): boolean {
  return end === null || (expires !== null && expires <= end);
}

/** The end that binds what an asker passes on. A JWT stands for its user, who can log in again: it has none. */
function expiryOf({ credential }: Asker): Date | null {
  return credential.kind === 'auth-header' ? credential.expires : null;
}

/**
 * An end that is asked for; null for the latest there can be.
 * @throws ApiError `invalid_fields` for one that is past or beyond the server's limit
 */
function endWithinLimit(expires: Date | null, now: Date, maxAgeDays: number): Date | null {
  const limit = limitOf(maxAgeDays, now);
  if (expires === null) return limit;
  if (expires <= now) throw invalidFields([bad('expires', message('must_be_in_the_future'))]);
  if (limit !== null && expires > limit) {
    throw invalidFields([bad('expires', message('must_be_within_days', { days: maxAgeDays }))]);
  }
  return expires;
}

/** The latest expiry that AUTHHEADER_MAX_AGE_DAYS allows. @returns null if the setting is 0, for no limit. */
export function limitOf(maxAgeDays: number, now: Date): Date | null {
  return maxAgeDays === 0 ? null : new Date(now.getTime() + maxAgeDays * DAY_MS);
}

function bad(field: keyof Bounds, complaint: Message): FieldError {
  return { field, message: complaint };
}

function insufficientScope(scope: string): ApiError {
  return new ApiError('insufficient_scope', {
    message: message('scope_not_passed_on', { scope }),
    headers: { 'www-authenticate': bearerChallenge('insufficient_scope', scope) },
  });
}
