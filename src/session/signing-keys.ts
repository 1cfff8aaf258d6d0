import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { type JwtAlgorithm, Settings } from '../config/settings.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { StartError } from '../errors/start-error.js';
import { SealBroken, Sealer } from '../secrets/sealer.js';
import { generateKeyText, type KeyMaterial, parseKeyText } from './key-material.js';
import { SigningKey } from './signing-key.entity.js';

interface HeldKey extends KeyMaterial {
  readonly kid: string;
  readonly active: boolean;
}

/** A public key as the key set shows it (RFC 7517, section 4). */
export interface PublicJwk extends JsonWebKey {
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: JwtAlgorithm;
}

/** The keys JWTs are signed and checked with: kept sealed in the database, made at first start, held parsed. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private held: ReadonlyMap<string, HeldKey> = new Map();

  constructor(
    @InjectRepository(SigningKey) private readonly rows: Repository<SigningKey>,
    private readonly sealer: Sealer,
    private readonly settings: Settings,
  ) {}

  /** @throws StartError if the secret does not open the keys. */
  async onModuleInit(): Promise<void> {
    if (!(await this.rows.existsBy({ algorithm: this.settings.jwtAlgorithm, state: 'active' }))) await this.add();
    await this.load();
  }

  /** The key that signs now. */
  signingKey(): { kid: string; key: KeyObject } {
    for (const { kid, active, signing } of this.held.values()) if (active) return { kid, key: signing };
    throw new Error('There is no active signing key');
  }

  /**
   * The key a JWT names, if it is one of ours and the JWT's header asks for nothing but our own algorithm:
   * a `crit` is refused as RFC 7515, section 4.1.11, asks, and keys the header brings along are never looked at.
   */
  verificationKeyFor(token: string): KeyObject | undefined {
    const [header, payload] = token.split('.', 2).map(readPart);
    if (payload === undefined || !isCanonical(token)) return undefined;
    if (header?.alg !== this.settings.jwtAlgorithm || header.typ !== 'JWT' || 'crit' in header) return undefined;
    return typeof header.kid === 'string' ? this.held.get(header.kid)?.verification : undefined;
  }

  /** The public keys, for whoever checks our JWTs offline; a shared key (HS256) has none to show. */
  publicKeys(): PublicJwk[] {
    return [...this.held.values()]
      .filter(({ verification }) => verification.type === 'public')
      .map(({ kid, verification }) => ({
        ...verification.export({ format: 'jwk' }),
        kid,
        use: 'sig',
        alg: this.settings.jwtAlgorithm,
      }));
  }

  private async add(): Promise<void> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const id = uuidv7();
    const sealedKey = this.sealer.seal(await generateKeyText(algorithm), id);
    try {
      await this.rows.insert({ id, algorithm, state: 'active', sealedKey, created: new Date() });
    } catch (error) {
      // Another process made one in the meantime: that one signs.
      if (!isUniqueViolation(error)) throw error;
    }
  }

  private async load(): Promise<void> {
    const rows = await this.rows.find({
      where: { algorithm: this.settings.jwtAlgorithm },
      order: { created: 'ASC' },
    });
    this.held = new Map(rows.map((row) => [row.id, this.open(row)]));
  }

  private open({ id, algorithm, state, sealedKey }: SigningKey): HeldKey {
    try {
      const material = parseKeyText(algorithm, this.sealer.open(sealedKey, id));
      return { ...material, kid: id, active: state === 'active' };
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      throw new StartError('SECRET_KEY is not the secret this database was sealed with');
    }
  }
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
