import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { DAY_MS } from '../config/time.js';
import { IssuerRepository } from './issuer.repository.js';

/**
 * How long an issuer is accepted beyond the lifetime of a JWT that is signed when its server records it. The server does so each
 * hour, and JWTs that it signs meanwhile expire later; it may also fail to, for some hours.
 */
const MARGIN_MS = DAY_MS;
/** How often at most a JWT with an unknown issuer has the database asked. */
const REFETCH_COOLDOWN_MS = 1000;

/**
 * The issuers whose JWTs are accepted. A change of `PUBLIC_URL` or `JWT_ISSUER` ends no login: the issuer before it is accepted
 * until its last JWT has expired, by each server of the database, also while some of them still have the old settings.
 */
@Injectable()
export class Issuers {
  private acceptedUntil: ReadonlyMap<string, Date> = new Map();
  private refetchedAt = -Infinity;
  private refetching: Promise<void> | undefined;

  constructor(
    private readonly issuers: IssuerRepository,
    private readonly settings: Settings,
  ) {}

  /** Must be called before this server signs, and again each hour: other servers accept its issuer by the row that this writes. */
  async record(): Promise<void> {
    const { issuer, jwtTtlSeconds } = this.settings;
    await this.issuers.record(issuer, new Date(Date.now() + jwtTtlSeconds * 1000 + MARGIN_MS));
    await this.load();
  }

  /**
   * Whether an issuer is accepted. @param issuer of a JWT with a good signature: the signature is that of this database's keys.
   * Rejects if the database does not answer.
   */
  async accepts(issuer: string): Promise<boolean> {
    if (issuer === this.settings.issuer || this.isHeld(issuer)) return true;
    // Another server may have recorded it a moment ago.
    if (performance.now() - this.refetchedAt >= REFETCH_COOLDOWN_MS) {
      this.refetchedAt = performance.now();
      this.refetching = this.load();
    }
    await this.refetching;
    return this.isHeld(issuer);
  }

  /** Deletes the issuers that were accepted until before a moment. */
  async prune(before: Date): Promise<void> {
    await this.issuers.deleteBefore(before);
  }

  private isHeld(issuer: string): boolean {
    const until = this.acceptedUntil.get(issuer);
    return until !== undefined && until.getTime() > Date.now();
  }

  private async load(): Promise<void> {
    const rows = await this.issuers.list();
    this.acceptedUntil = new Map(rows.map(({ issuer, acceptedUntil }) => [issuer, acceptedUntil]));
  }
}
