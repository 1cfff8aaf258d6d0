import { Injectable } from '@nestjs/common';
import type { AuditAction } from '../audit/audit-actions.js';
import type { AuditEntry } from '../audit/audit-entry.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Notice } from '../audit/notices.js';
import { tokenHolder } from '../auth/actor.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import type { Origin } from '../net/origin.js';
import { hashToken } from './auth-header-token.js';
import { AuthHeaderRepository, type DeletedAuthHeader } from './auth-header.repository.js';

/** How the audit names the report of a leaked token. */
export const LEAK_REPORT: AuditAction = 'authheader.revoke-leaked';

/** An id that no row has. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
const NO_MAIL: Notice = { kind: 'nothing', recipient: { userId: null, to: '', username: '', language: null } };

/** Revokes tokens by their value alone: who has found one can at least use it up. */
@Injectable()
export class LeakedAuthHeaders {
  constructor(
    private readonly authHeaders: AuthHeaderRepository,
    private readonly transaction: AuditedTransaction,
  ) {}

  /**
   * Revokes the auth header whose token this is; of a token in the overlap of a rotation, that token alone, since nobody has
   * found the other one. It tells nothing, and takes the same work for a token of nobody: a finder must not learn which of the
   * words of a leaked file are tokens, or whether a revoked one was one.
   */
  async revoke(token: string, origin: Origin): Promise<void> {
    // Whatever its form is: a look-up that is left out would tell by its time.
    const lookup = { column: 'tokenHash', value: hashToken(token) } as const;
    const found = await this.authHeaders.findByToken(lookup.value);
    const userId = found?.userId ?? NO_ID;
    await this.transaction.commit(tokenHolder(found?.id ?? null, origin), async (manager) => {
      const deleted = await this.authHeaders.deleteOwn(userId, lookup, manager);
      const ended = deleted ?? (await this.authHeaders.endPreviousToken(userId, lookup, manager));
      const entry = ended === undefined || found === null ? IN_VAIN : entryOf(found, ended, deleted !== undefined);
      return { result: undefined, entry } satisfies Audited<undefined>;
    });
  }
}

const IN_VAIN: AuditEntry = {
  action: LEAK_REPORT,
  outcome: 'refused',
  detail: 'no auth header has the token',
  notice: NO_MAIL,
};

function entryOf({ user, userId }: AuthHeader, { id, name }: DeletedAuthHeader, isWhole: boolean): AuditEntry {
  const { email: to, username, language, kind } = user;
  return {
    action: LEAK_REPORT,
    target: id,
    detail: isWhole ? name : `previous token of ${name}`,
    about: userId,
    revokes: { kind: 'auth-header', userId, authHeaderId: id },
    // A service account reads no mail.
    notice:
      kind === 'person' ? { kind: 'auth-header-leaked', recipient: { userId, to, username, language }, name } : NO_MAIL,
  };
}
