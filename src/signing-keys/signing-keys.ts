import { Injectable, Logger } from '@nestjs/common';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { validate as isUuid } from 'uuid';
import type { JwtAlgorithm } from '../config/jwt-algorithms.js';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { RevocationBus } from '../revocation/revocation-bus.js';
import { RevocationFeed } from '../revocation/revocation-feed.js';
import { Sealer } from '../crypto/sealer.js';
import { UnsealError } from '../crypto/sealing-errors.js';
import { UnopenedLog } from '../crypto/unopened-log.js';
import { isJwtType } from './jwt-types.js';
import { type KeyMaterial, parseKeyText } from './key-material.js';
import type { SigningKey, SigningKeyState } from '../database/entities/signing-key.entity.js';
import { SigningKeyRepository } from './signing-key.repository.js';

/** How often at most a JWT with an unknown `kid` has the database asked: a caller can make up any number of them. */
const REFETCH_COOLDOWN_MS = 1000;
/** How long a caller waits for a key that is being generated: several times what an RSA key takes. */
const KEY_WAIT_MS = 10_000;
/** The event after keys were loaded, one of them active. */
const ACTIVE = 'active';

interface HeldKey extends KeyMaterial {
  readonly kid: string;
  readonly state: SigningKeyState;
  /** When it came into this state. */
  readonly since: Date;
}

/** A public key as the key set shows it (RFC 7517, section 4). */
export interface PublicJwk extends JsonWebKey {
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: JwtAlgorithm;
}

/** The keys JWTs are signed and checked with: kept sealed in the database, held here parsed. */
@Injectable()
export class SigningKeys {
  private readonly unopened = new UnopenedLog(new Logger('SigningKeys'));
  private keysByKid: ReadonlyMap<string, HeldKey> = new Map();
  private lastLoad: Promise<void> = Promise.resolve();
  private nextLoad: Promise<void> | undefined;
  private refetchedAt = -Infinity;
  private refetching: Promise<void> | undefined;
  // As many may wait for a key as come.
  private readonly loads = new EventEmitter().setMaxListeners(0);

  constructor(
    private readonly repository: SigningKeyRepository,
    private readonly sealer: Sealer,
    private readonly revocations: RevocationBus,
    private readonly feed: RevocationFeed,
    private readonly settings: Settings,
  ) {}

  /** The key that signs now; the first one of all may still be in the making. @throws ApiError `unavailable` */
  async signingKey(): Promise<{ kid: string; key: KeyObject }> {
    await this.refresh();
    const active = this.findActive() ?? (await this.firstActive());
    return { kid: active.kid, key: active.signing };
  }

  hasActive(): boolean {
    return this.findActive() !== undefined;
  }

  /** The states of the keys that are held, and since when each is in its state. */
  states(): Pick<HeldKey, 'state' | 'since'>[] {
    return [...this.keysByKid.values()];
  }

  /**
   * The key a JWT names, if it is one of ours and the JWT's header asks for nothing but our own algorithm:
   * a `crit` is refused as RFC 7515, section 4.1.11, asks, and keys the header brings along are never looked at.
   * Rejects if it is no key that is held, and the database does not answer: the JWT may be good.
   */
  async verificationKeyFor(token: string): Promise<KeyObject | undefined> {
    const [header, payload] = token.split('.', 2).map(readPart);
    if (payload === undefined || !isCanonical(token)) return undefined;
    if (header?.alg !== this.settings.jwtAlgorithm || !isJwtType(header.typ) || 'crit' in header) return undefined;
    const { kid } = header;
    if (typeof kid !== 'string') return undefined;
    // Another process may have signed with a key that it made a moment ago.
    if (!this.keysByKid.has(kid) && isUuid(kid)) await this.refetch();
    return this.keysByKid.get(kid)?.verification;
  }

  /**
   * The public keys, for services that check our JWTs offline. A shared key (HS256) has no public part.
   * @throws ApiError `unavailable`
   */
  async publicKeys(): Promise<PublicJwk[]> {
    // While the database is away, the set that is held is the best there is. A client may hold it for as long.
    await this.refresh().catch(() => undefined);
    // A client would cache a set without the key that is going to sign, and refuse its first JWTs.
    if (!this.hasActive()) await this.firstActive();
    return [...this.keysByKid.values()]
      .filter(({ verification }) => verification.type === 'public')
      .map(({ kid, verification }) => ({
        ...verification.export({ format: 'jwk' }),
        kid,
        use: 'sig',
        alg: this.settings.jwtAlgorithm,
      }));
  }

  /** Reads the keys again if this process may have missed a change of them. Rejects if the database does not answer. */
  async refresh(): Promise<void> {
    if (this.feed.isUpToDate()) return;
    if (this.nextLoad !== undefined) this.repository.refuseIfSilent();
    await this.reload();
  }

  /**
   * Holds what the database holds now. One reading at a time, so that none overtakes a later one and brings a deleted key
   * back; a caller that comes while one waits to begin shares it.
   */
  reload(): Promise<void> {
    this.nextLoad ??= this.lastLoad.then(() => {
      this.nextLoad = undefined;
      const load = this.load();
      this.lastLoad = load.catch(() => undefined);
      return load;
    });
    return this.nextLoad;
  }

  private async firstActive(): Promise<HeldKey> {
    await once(this.loads, ACTIVE, { signal: AbortSignal.timeout(KEY_WAIT_MS) }).catch(() => undefined);
    const active = this.findActive();
    if (active === undefined) throw new ApiError('unavailable');
    return active;
  }

  private findActive(): HeldKey | undefined {
    for (const key of this.keysByKid.values()) if (key.state === 'active') return key;
    return undefined;
  }

  private async load(): Promise<void> {
    const rows = await this.repository.listOf(this.settings.jwtAlgorithm);
    const before = this.keysByKid;
    const opened = rows.map((row) => this.open(row)).filter((key) => key !== undefined);
    this.keysByKid = new Map(opened.map((key) => [key.kid, key]));
    // What a key checked is remembered without it.
    if ([...before.keys()].some((kid) => !this.keysByKid.has(kid))) this.revocations.publish({ kind: 'everything' });
    if (this.hasActive()) this.loads.emit(ACTIVE);
  }

  /** One that cannot be opened is left out: the others are good, and those no longer there must go. */
  private open(row: SigningKey): HeldKey | undefined {
    const { id, algorithm, state, sealedKey } = row;
    const since = sinceOf(row);
    const known = this.keysByKid.get(id);
    if (known !== undefined) return known.state === state ? known : { ...known, state, since };
    try {
      return { ...parseKeyText(algorithm, this.sealer.open(sealedKey, id)), kid: id, state, since };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      this.unopened.note(`${state} signing key`, id);
      return undefined;
    }
  }

  private async refetch(): Promise<void> {
    this.repository.refuseIfSilent();
    if (performance.now() - this.refetchedAt >= REFETCH_COOLDOWN_MS) {
      this.refetchedAt = performance.now();
      this.refetching = this.reload();
    }
    await this.refetching;
  }
}

/** An earlier version has activated and retired keys without noting when. */
function sinceOf({ state, created, activated, retired }: SigningKey): Date {
  if (state === 'next') return created;
  return (state === 'active' ? activated : retired) ?? created;
}

/** One part of a JWT, if it is the object it has to be. */
function readPart(part: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether each part is written in the one way it can be: a decoder drops spare bits, and would take many texts for one. */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}
