import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Sealer } from '../crypto/sealer.js';
import { UnsealError } from '../crypto/sealing-errors.js';
import { UnopenedLog } from '../crypto/unopened-log.js';
import { AuthHeaderUsage } from './auth-header-usage.js';
import type { AuthHeaderSummary } from './auth-header.repository.js';
import type { Delegation } from './delegation.js';

/** An auth header and the value its reader may see: the token, or its masked form. */
export interface AuthHeaderView {
  readonly authHeader: AuthHeaderSummary;
  readonly token: string;
}

/** What readers of auth headers see. */
@Injectable()
export class AuthHeaderViews {
  private readonly unopened = new UnopenedLog(new Logger('AuthHeaders'));

  constructor(
    private readonly usage: AuthHeaderUsage,
    private readonly sealer: Sealer,
    private readonly settings: Settings,
  ) {}

  /**
   * One of the owner's. An auth header and an administrator see the masked value only: one that leaked must not yield the others. A value
   * that does not open is masked too, so that it takes no other one with it.
   */
  of({ asker: { credential }, ownerField }: Delegation, row: AuthHeaderSummary): AuthHeaderView {
    const authHeader = this.any(row);
    const isOwn = ownerField === undefined;
    const reveals = isOwn && credential.kind === 'jwt' && this.settings.authHeaderReveal === 'always';
    return { authHeader, token: reveals ? this.reveal(authHeader) : authHeader.masked };
  }

  /** Anybody's, with its latest use, which may not be written yet. */
  any<Row extends AuthHeaderSummary>(row: Row): Row {
    row.lastUsed = latest(this.usage.lastUsedOf(row.id), row.lastUsed);
    return row;
  }

  private reveal({ id, masked, sealedToken }: AuthHeaderSummary): string {
    if (sealedToken === null) return masked;
    try {
      return this.sealer.open(sealedToken, id);
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      this.unopened.note('auth header', id);
      return masked;
    }
  }
}

/** The later use: another process may have written one since this one noted its own. */
function latest(noted: Date | undefined, written: Date | null): Date | null {
  return noted === undefined || (written !== null && written > noted) ? written : noted;
}
