import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { DatabaseChanges } from '../revocation/revocation-feed.js';
import { type Revocation, Revocations } from '../revocation/revocation-bus.js';
import type { Principal } from './principal.js';

const MAX_ENTRIES = 100_000;
/** How many users' last revocations are remembered one by one. */
const MAX_REVOKED_USERS = 10_000;

/**
 * Whom the credentials of late spoke for, so that a check costs one hash and one look-up. Keyed by SHA-256: a dump of
 * the memory yields no key of the map that is a credential.
 *
 * The race that matters: a request reads "active", a logout commits and evicts, and then the request stores what it
 * read. So whoever reads takes the epoch first, and what it read is stored only if its user lost nothing since.
 */
@Injectable()
export class CredentialCache {
  private readonly principals = new LRUCache<string, Principal>({
    // By `max`, room for all of them would be set aside at the start.
    maxSize: MAX_ENTRIES,
    sizeCalculation: () => 1,
    dispose: (principal, key) => {
      this.forEachIndex(principal, (id) => {
        this.unindex(id, key);
      });
    },
  });
  /** The keys that a user's, a session's or an auth header's id stands behind. */
  private readonly keysById = new Map<string, Set<string>>();
  private now = 0;
  private floor = 0;
  private readonly lastRevocations = new Map<string, number>();

  constructor(
    revocations: Revocations,
    private readonly changes: DatabaseChanges,
  ) {
    revocations.listen((revocation) => {
      this.evict(revocation);
    });
    changes.onChange(() => {
      this.evict({ of: 'everything' });
    });
  }

  /** The principal of a credential, if it is remembered and has not ended. */
  get(token: string): Principal | undefined {
    if (!this.changes.isUpToDate()) return undefined;
    const principal = this.principals.get(keyOf(token));
    return principal === undefined || principal.isOver() ? undefined : principal;
  }

  /** To be taken before what is going to be stored is read. */
  epoch(): number {
    return this.now;
  }

  /** Remembers what was read since an epoch, unless something was revoked from its user since. */
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
    if (revocation.of === 'everything') {
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

function idOf(revocation: Exclude<Revocation, { of: 'everything' }>): string {
  if (revocation.of === 'session') return revocation.sessionId;
  return revocation.of === 'auth-header' ? revocation.authHeaderId : revocation.userId;
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64');
}
