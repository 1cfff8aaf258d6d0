import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type Algorithm, isAlgorithm, isSignedBy, type ParsedJwt } from './jwt.js';

/** As long as the server lets a key set be cached. */
const MAX_AGE_MS = 300_000;
/** How often an unknown key is looked for: whoever sends a JWT can name any key. */
const COOL_DOWN_MS = 1000;

/** Another kind of key cannot verify, and throws. */
const KEY_TYPES: Readonly<Record<Algorithm, string>> = { RS256: 'rsa', PS256: 'rsa', ES256: 'ec' };

interface Key {
  readonly algorithm: Algorithm;
  readonly key: KeyObject;
}

/** The public keys of the server. */
export class KeySet {
  private keys: ReadonlyMap<string, Key> = new Map();
  private fetchedMs = -Infinity;
  private triedMs = -Infinity;
  private pending: Promise<void> | undefined;
  private expiries = 0;
  /** Why the last read has failed. */
  private failure: { readonly error: unknown } | undefined;

  /** @param read reads the keys from the server */
  constructor(private readonly read: () => Promise<readonly unknown[]>) {}

  /**
   * Whether a key of the set has signed a JWT, or one without a public key may have: a server that signs by a shared secret
   * publishes none.
   * @throws what the last read has thrown, if no set is young enough, or the set that is there is without the key: it may be a
   * new one
   */
  async mayHaveSigned(jwt: ParsedJwt): Promise<boolean> {
    const nowMs = performance.now();
    const isOld = nowMs - this.fetchedMs >= MAX_AGE_MS;
    const hasKey = jwt.algorithm === 'HS256' ? this.keys.size === 0 : this.keys.has(jwt.keyId);
    if (isOld || (!hasKey && nowMs - this.triedMs >= COOL_DOWN_MS)) await this.refresh();
    else if (!hasKey && this.failure !== undefined) throw this.failure.error;
    if (jwt.algorithm === 'HS256') return this.keys.size === 0;
    const found = this.keys.get(jwt.keyId);
    return found?.algorithm === jwt.algorithm && isSignedBy(jwt, found.key);
  }

  /** Has the next JWT read the keys again. */
  expire(): void {
    this.fetchedMs = -Infinity;
    this.expiries++;
  }

  /** Reads the keys. Those who ask meanwhile share the answer. */
  refresh(): Promise<void> {
    return (this.pending ??= this.load()
      .catch((error: unknown) => {
        this.failure = { error };
        throw error;
      })
      .finally(() => {
        this.pending = undefined;
      }));
  }

  private async load(): Promise<void> {
    let expiries: number;
    let askedMs: number;
    let found: readonly unknown[];
    do {
      ({ expiries } = this);
      askedMs = performance.now();
      this.triedMs = askedMs;
      found = await this.read();
      // Keys that were asked for before the news of others may be without these.
    } while (expiries !== this.expiries);
    this.keys = new Map(found.flatMap(entryOf));
    this.fetchedMs = askedMs;
    this.failure = undefined;
  }
}

/** None for what is no key, or one that this version does not know, which must not make the others useless. */
function entryOf(jwk: unknown): [string, Key][] {
  try {
    const { kid, alg } = jwk as Readonly<Record<string, unknown>>;
    if (typeof kid !== 'string' || !isAlgorithm(alg)) return [];
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return key.asymmetricKeyType === KEY_TYPES[alg] ? [[kid, { algorithm: alg, key }]] : [];
  } catch {
    return [];
  }
}
