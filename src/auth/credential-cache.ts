import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { RevocationFeed } from '../revocation/revocation-feed.js';
import { RevocationBus } from '../revocation/revocation-bus.js';
import type { Revocation } from '../revocation/revocation.js';
import type { Principal } from './principal.js';

const MAX_ENTRIES = 100_000;
/** A backstop: a change that tells nobody what it revokes, such as a statement made by hand, holds within this time. */
const MAX_AGE_MS = 60_000;
/** How many users have an own last-revocation epoch. Beyond it, one floor applies to all users. */
const MAX_REVOKED_USERS = 10_000;

/**
 * LRU cache: SHA-256 of a credential → its principal. A hit costs one hash and one lookup. Keys are hashes, so a heap dump
 * exposes no usable credential.
 *
 * The race it prevents: a request reads "active", a logout commits and evicts, then the request stores its stale result.
 * A reader therefore takes the epoch before it reads, and the cache rejects the result if a revocation of the user followed.
 */
@Injectable()
export class CredentialCache {
  private readonly principals = new LRUCache<string, Principal>({
    // Not `max`, which allocates room for every entry at the start.
    maxSize: MAX_ENTRIES,
    ttl: MAX_AGE_MS,
    sizeCalculation: () => 1,
    dispose: (principal, key) => {
      this.forEachIndex(principal, (id) => {
        this.unindex(id, key);
      });
    },
  });
  /** Index: the id of a user, a session or an auth header → the cache keys of its credentials. */
  private readonly keysById = new Map<string, Set<string>>();
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

  /** Take it before the read whose result is stored. */
  epoch(): number {
    return this.now;
  }

  /** Stores the result of a read that began at an epoch, unless a revocation of the user followed. */
  store(token: string, principal: Principal, epoch: number): void {
    const lastRevocation = this.lastRevocations.get(principal.userId) ?? 0;
    if (Math.max(lastRevocation, this.floor) > epoch) return;
    const key = keyOf(token);
    this.principals.set(key, principal);
    this.forEachIndex(principal, (id) => {
      const keys = this.keysById.get(id);
      if (keys === undefined) this.keysById.set(id, new Set([key]));
      else keys.add(key);
    });
  }

  private evict(revocation: Revocation): void {
    this.now += 1;
    // A key may have checked any JWT.
    if (revocation.kind === 'everything' || revocation.kind === 'signing-keys') {
      this.floor = this.now;
      this.lastRevocations.clear();
      this.principals.clear();
      return;
    }
    if (this.lastRevocations.size >= MAX_REVOKED_USERS) {
      this.lastRevocations.clear();
      this.floor = this.now;
    }
    this.lastRevocations.set(revocation.userId, this.now);
    for (const key of this.keysById.get(idOf(revocation)) ?? []) this.principals.delete(key);
  }

  private forEachIndex({ userId, credential }: Principal, visit: (id: string) => void): void {
    visit(userId);
    visit(credential.kind === 'jwt' ? credential.sessionId : credential.id);
  }

  private unindex(id: string, key: string): void {
    const keys = this.keysById.get(id);
    keys?.delete(key);
    if (keys?.size === 0) this.keysById.delete(id);
  }
}

function idOf(revocation: Extract<Revocation, { userId: string }>): string {
  if (revocation.kind === 'session') return revocation.sessionId;
  return revocation.kind === 'auth-header' ? revocation.authHeaderId : revocation.userId;
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64');
}
