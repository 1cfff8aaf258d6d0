import { hash } from 'node:crypto';
import { ASK_LIMIT_MS, type News, type Verdict } from './personas-server.js';

/** A backstop, as in the server: a change that tells nobody what it revokes holds within this time. */
const MAX_AGE_MS = 60_000;
/** How long a process of the server may answer without what another one has revoked. */
const SERVER_LAG_MS = 1000;

interface Entry {
  readonly verdict: Verdict;
  readonly askedMs: number;
}

/**
 * Remembers verdicts on valid credentials, by the SHA-256 of the credential: a heap dump exposes none. It is bounded, and the one
 * that was used least recently goes first.
 *
 * Two races, and one rule. A verdict may be older than a revocation that was heard while it was under way. And a process of the
 * server may lag behind the one that told the revocation, and still answer "active" after it was heard. So a verdict is not
 * stored if it was asked for less than {@link SERVER_LAG_MS} after a revocation that concerns it was heard.
 */
export class VerdictCache {
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  /** The id of a user, a session or an auth header → its keys. */
  private readonly keysById = new Map<string, Set<string>>();
  private readonly heardMs = new Map<string, number>();
  private everythingHeardMs = -Infinity;

  constructor(private readonly maxEntries: number) {}

  /** @param address of the client, where it is known */
  get(token: string, address: string | undefined): Verdict | undefined {
    const key = keyOf(token);
    return this.find(key) ?? (address === undefined ? undefined : this.find(boundKeyOf(key, address)));
  }

  /** @param askedMs when the server was asked, by the monotonic clock */
  store(token: string, address: string | undefined, verdict: Verdict, askedMs: number): void {
    if (verdict.isRateLimited || (verdict.isAddressBound && address === undefined)) return;
    const heardMs = Math.max(this.everythingHeardMs, ...verdict.ids.map((id) => this.heardMs.get(id) ?? -Infinity));
    if (askedMs < heardMs + SERVER_LAG_MS) return;
    const plain = keyOf(token);
    const key = verdict.isAddressBound && address !== undefined ? boundKeyOf(plain, address) : plain;
    this.delete(key);
    this.entries.set(key, { verdict, askedMs });
    for (const id of verdict.ids) {
      const keys = this.keysById.get(id);
      if (keys === undefined) this.keysById.set(id, new Set([key]));
      else keys.add(key);
    }
    if (this.entries.size > this.maxEntries) this.delete(this.entries.keys().next().value ?? '');
  }

  evict({ everything, signingKeys, ids }: Pick<News, 'everything' | 'signingKeys' | 'ids'>): void {
    const nowMs = performance.now();
    // A key may have signed any JWT.
    if (everything || signingKeys) {
      this.everythingHeardMs = nowMs;
      this.entries.clear();
      this.keysById.clear();
    }
    for (const id of ids) {
      for (const key of this.keysById.get(id) ?? []) this.delete(key);
      this.heardMs.delete(id);
      this.heardMs.set(id, nowMs);
    }
    for (const [id, heardMs] of this.heardMs) {
      // What was asked before then has been answered.
      if (nowMs - heardMs < SERVER_LAG_MS + ASK_LIMIT_MS) break;
      this.heardMs.delete(id);
    }
  }

  private find(key: string): Verdict | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    const { verdict, askedMs } = entry;
    if (performance.now() - askedMs >= MAX_AGE_MS || hasEnded(verdict)) {
      this.delete(key);
      return undefined;
    }
    this.entries.delete(key);
    this.entries.set(key, entry);
    return verdict;
  }

  private delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    for (const id of entry.verdict.ids) {
      const keys = this.keysById.get(id);
      keys?.delete(key);
      if (keys?.size === 0) this.keysById.delete(id);
    }
  }
}

function hasEnded({ principal: { expires } }: Verdict): boolean {
  return expires !== null && expires.getTime() <= Date.now();
}

/** One character for each byte: no other text of a hash is as short. */
function keyOf(token: string): string {
  return hash('sha256', token, 'binary');
}

function boundKeyOf(key: string, address: string): string {
  return `${key}${address}`;
}
