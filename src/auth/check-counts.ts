import { Injectable } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import type { Principal } from './principal.js';

/** What a request has presented: `none` also for what cannot be read as a credential. */
export type CheckedKind = 'jwt' | 'auth-header' | 'none';
/** Where a credential was found: `none` where nothing was looked for. */
export type CheckSource = 'memory' | 'database' | 'none';

/** The checks of credentials with one result. */
export interface CheckCount {
  readonly kind: CheckedKind;
  readonly source: CheckSource;
  /** `ok`, the code of the refusal, or `failed` for a fault of the server. */
  readonly outcome: string;
  checks: number;
}

/**
 * Counts the checks of credentials. A check on the fast path pays an increment, and that is why the counts of remembered
 * credentials that were accepted are held by name.
 */
@Injectable()
export class CheckCounts {
  private readonly others = new Map<string, CheckCount>();
  private readonly jwts: CheckCount = { kind: 'jwt', source: 'memory', outcome: 'ok', checks: 0 };
  private readonly authHeaders: CheckCount = { kind: 'auth-header', source: 'memory', outcome: 'ok', checks: 0 };

  /** All counts since the start. There are as many as there are kinds, sources and codes of refusals at most. */
  all(): CheckCount[] {
    return [this.jwts, this.authHeaders, ...this.others.values()];
  }

  /** Counts a remembered credential that was accepted. @returns its principal */
  remembered(principal: Principal): Principal {
    if (kindOf(principal) === 'jwt') this.jwts.checks += 1;
    else this.authHeaders.checks += 1;
    return principal;
  }

  /** Counts a credential that was accepted after a look-up. @returns its principal */
  found(principal: Principal): Principal {
    this.note(kindOf(principal), 'database', 'ok');
    return principal;
  }

  /** Counts a refusal. @returns what was thrown, to be thrown again */
  refused(kind: CheckedKind, source: CheckSource, error: unknown): unknown {
    this.note(kind, source, error instanceof ApiError ? error.code : 'failed');
    return error;
  }

  private note(kind: CheckedKind, source: CheckSource, outcome: string): void {
    const key = `${kind} ${source} ${outcome}`;
    const known = this.others.get(key);
    if (known === undefined) this.others.set(key, { kind, source, outcome, checks: 1 });
    else known.checks += 1;
  }
}

/** The JWT of a machine login stands for an auth header, and was presented as a JWT. */
function kindOf({ credential }: Principal): CheckedKind {
  return credential.kind === 'jwt' || credential.jwt !== undefined ? 'jwt' : 'auth-header';
}
