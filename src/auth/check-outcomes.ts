import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Settings } from '../config/settings.js';
import { clientAddressReader } from '../net/client-address.js';
import { CheckCounts, type CheckSource } from './check-counts.js';
import type { Entry } from './credential-entry.js';
import {
  CredentialRefusals,
  type KnownCredential,
  knownOf,
  reasonOf,
  RefusedCredential,
} from './credential-refusals.js';
import type { RefusalReason } from './credential-refusals.js';
import type { Principal } from './principal.js';

/** What those who watch learn of each check: all outcomes are counted, and refused uses of a known credential are told. */
@Injectable()
export class CheckOutcomes {
  private readonly addressOf: (request: IncomingMessage) => string;

  constructor(
    private readonly counts: CheckCounts,
    private readonly refusals: CredentialRefusals,
    settings: Settings,
  ) {
    this.addressOf = clientAddressReader(settings.trustedProxies);
  }

  /** Counts a remembered credential that was accepted. @returns its principal */
  remembered(principal: Principal): Principal {
    return this.counts.remembered(principal);
  }

  /** Counts a credential that was accepted after a look-up. @returns its principal */
  found(principal: Principal): Principal {
    return this.counts.found(principal);
  }

  /**
   * Counts a refusal, and tells of it if it is that of a good credential. The fast path does not: what it refuses is refused again
   * by the ordinary pipeline. @returns what was thrown, to be thrown again
   */
  refused(principal: Principal | null, entry: Entry, source: CheckSource, error: unknown): unknown {
    const reason = reasonOf(error);
    if (principal !== null && reason !== undefined) this.tell(knownOf(principal), reason, entry);
    return this.counts.refused(entry.credential.kind, source, error);
  }

  /**
   * Tells of a credential that its strategy knows and refuses.
   * @returns null for a revoked one, whose answer is that to an unknown one. @throws what was thrown, if it is anything else
   */
  unknownIfRevoked(error: unknown, entry: Entry): null {
    if (!(error instanceof RefusedCredential)) throw error;
    this.tell(error.known, error.reason, entry);
    if (error.code !== 'invalid_token') throw error;
    return null;
  }

  /** Counts the refusal of a request whose credential cannot be read. */
  reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw this.counts.refused('none', 'none', error);
    }
  }

  private tell(known: KnownCredential, reason: RefusalReason, { request }: Entry): void {
    this.refusals.publish(known, reason, { ip: this.addressOf(request), headers: request.headers });
  }
}
