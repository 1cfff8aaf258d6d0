import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { RevocationFeed } from '../revocation/revocation-feed.js';
import { RevocationBus } from '../revocation/revocation-bus.js';
import type { Revocation } from '../revocation/revocation.js';
import { Principal, type PrincipalUser, principalUserOf } from './principal.js';

const MAX_ENTRIES = 100_000;
/** A backstop: a change that tells nobody what it revokes, such as a statement made by hand, holds within this time. */
const MAX_AGE_MS = 60_000;
/** How precise the age is. The cache reads the clock once in this time, and not at every request. */
const AGE_RESOLUTION_MS = 1000;
/** How many users have an own last-revocation epoch. Beyond it, one floor applies to all users. */
const MAX_REVOKED_USERS = 10_000;

/** The cache keys of the credentials of one session or auth header. Most have one, which needs no set. */
type Keys = string | Set<string>;

/** A user with at least one cached credential. */
interface CachedUser {
  user: PrincipalUser;
  /** Index: the id of a session or an auth header → its keys. */
  readonly keys: Map<string, Keys>;
}

/**
 * LRU cache: SHA-256 of a credential → its principal. A hit costs one hash and one lookup. Keys are hashes, so a heap dump
 * exposes no usable credential.
 *
 * The race it prevents: a request reads "active", a logout commits and evicts, then the request stores its stale result.
 * A reader therefore takes the epoch before it reads, and the cache rejects the result if a revocation of the user followed.
 */
@Injectable()
export class CredentialCache {
  private principals = this.newPrincipals();
  private readonly users = new Map<string, CachedUser>();
  private now = 0;
  private floor = 0;
  private readonly lastRevocations = new Map<string, number>();

  constructor(
    revocations: RevocationBus,
    private readonly feed: RevocationFeed,
  ) {
    revocations.subscribe((revocation) => {
      this.evict(revocation);
    });
  }

  /** The principal of a credential, if it is cached and not expired. */
  get(token: string): Principal | undefined {
    if (!this.feed.isUpToDate()) return undefined;
    const principal = this.principals.get(keyOf(token));
    return principal === undefined || principal.isExpired() ? undefined : principal;
  }

  /** How many credentials are cached. Expired ones count until they are looked for. */
  get size(): number {
    return this.principals.size;
  }

  /** Whether a credential that has not expired was cached too long ago, so that it has to be looked up again. */
  hasAged(token: string): boolean {
    const key = keyOf(token);
    return this.feed.isUpToDate() && !this.principals.has(key) && this.aged(key)?.isExpired() === false;
  }

  /** Take it before the read whose result is stored. */
  epoch(): number {
    return this.now;
  }

  /** Forgets a credential that a look-up has refused. */
  forget(token: string): void {
    this.principals.delete(keyOf(token));
  }

  /** Stores the result of a read that began at an epoch, unless a revocation of the user followed. */
  store(token: string, principal: Principal, epoch: number): void {
    const lastRevocation = this.lastRevocations.get(principal.userId) ?? 0;
    if (Math.max(lastRevocation, this.floor) > epoch) return;
    const key = keyOf(token);
    const aged = this.aged(key);
    // What is kept for a principal, such as the response to it, is kept over most renewals.
    if (aged !== undefined && isSame(aged, principal)) {
      this.principals.set(key, aged);
      return;
    }
    this.principals.delete(key);
    const cached = this.cachedUser(principal);
    // Indexed first: when the cache is full, `set` may evict the only other entry of the user, and with it the user.
    const id = indexIdOf(principal);
    cached.keys.set(id, withKey(cached.keys.get(id), key));
    this.principals.set(key, new Principal(cached.user, principal.credential));
  }

  private newPrincipals(): LRUCache<string, Principal> {
    return new LRUCache({
      // Not `max`, which allocates room for every entry at the start.
      maxSize: MAX_ENTRIES,
      ttl: MAX_AGE_MS,
      ttlResolution: AGE_RESOLUTION_MS,
      // An aged principal is compared with the one that is looked up in its place.
      noDeleteOnStaleGet: true,
      sizeCalculation: () => 1,
      dispose: (principal, key) => {
        this.unindex(principal, key);
      },
    });
  }

  /** The principal of a key, at any age: it must not be trusted. */
  private aged(key: string): Principal | undefined {
    return this.principals.peek(key, { allowStale: true });
  }

  /** The cached user of a principal. Credentials of one user share it, since a user is most of the memory of an entry. */
  private cachedUser({ userId, user }: Principal): CachedUser {
    const read = principalUserOf(user);
    const known = this.users.get(userId);
    if (known === undefined) {
      const cached = { user: read, keys: new Map<string, Keys>() };
      this.users.set(userId, cached);
      return cached;
    }
    // Another process may have changed the user a moment ago, and the news of it is on its way.
    if (!isDeepStrictEqual(known.user, read)) known.user = read;
    return known;
  }

  private evict(revocation: Revocation): void {
    this.now += 1;
    // A key may have checked any JWT.
    if (revocation.kind === 'everything' || revocation.kind === 'signing-keys') {
      this.floor = this.now;
      this.lastRevocations.clear();
      // Not `clear`, which disposes of each entry: tenths of a second without a response for 100,000 of them.
      this.principals = this.newPrincipals();
      this.users.clear();
      return;
    }
    if (this.lastRevocations.size >= MAX_REVOKED_USERS) {
      this.lastRevocations.clear();
      this.floor = this.now;
    }
    this.lastRevocations.set(revocation.userId, this.now);
    const keys = this.users.get(revocation.userId)?.keys ?? new Map<string, Keys>();
    const revoked = revocation.kind === 'user' ? [...keys.values()] : [keys.get(idOf(revocation)) ?? new Set<string>()];
    for (const key of revoked.flatMap((some) => (typeof some === 'string' ? some : [...some]))) {
      this.principals.delete(key);
    }
  }

  private unindex(principal: Principal, key: string): void {
    const cached = this.users.get(principal.userId);
    if (cached === undefined) return;
    const id = indexIdOf(principal);
    const keys = cached.keys.get(id);
    if (keys instanceof Set) keys.delete(key);
    if (keys === key || (keys instanceof Set && keys.size === 0)) cached.keys.delete(id);
    if (cached.keys.size === 0) this.users.delete(principal.userId);
  }
}

function isSame(aged: Principal, { user, credential }: Principal): boolean {
  return isDeepStrictEqual(aged.credential, credential) && isDeepStrictEqual(aged.user, principalUserOf(user));
}

function indexIdOf({ credential }: Principal): string {
  return credential.kind === 'jwt' ? credential.sessionId : credential.id;
}

function idOf(revocation: Extract<Revocation, { kind: 'session' | 'auth-header' }>): string {
  return revocation.kind === 'session' ? revocation.sessionId : revocation.authHeaderId;
}

function withKey(keys: Keys | undefined, key: string): Keys {
  if (keys === undefined || keys === key) return key;
  return keys instanceof Set ? keys.add(key) : new Set([keys, key]);
}

/** One character for each byte: no other text of a hash is as short. */
function keyOf(token: string): string {
  return hash('sha256', token, 'binary');
}
