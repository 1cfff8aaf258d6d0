import { newId } from '../database/new-id.js';
import type { Actor } from '../auth/actor.js';
import type { Revocation } from '../revocation/revocation.js';
import type { AuditAction, AuditOutcome } from './audit-actions.js';
import type { NewAuditEvent } from './audit-proof.js';
import type { Notice } from './notices.js';

const NAME_LENGTH = 255;

/** What is recorded, besides who did it. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly outcome?: AuditOutcome;
  /** The id of what it was done to. */
  readonly target?: string | null;
  /** A few words; never a secret. */
  readonly detail?: string;
  /** Which credentials the change takes something away from; published once it is committed. */
  readonly revokes?: Revocation;
  /** The user whom it is about, where neither the actor is nor `revokes` says so. */
  readonly about?: string;
  /** The mail about it, if it is another one than its action demands. It is queued in the transaction of the change. */
  readonly notice?: Notice;
}

/** The event of an entry that is recorded now. Its texts are those that the database gives back, which its hash covers. */
export function toAuditEvent(actor: Actor, entry: AuditEntry): NewAuditEvent {
  const { action, outcome = 'success', target = null, detail = '' } = entry;
  const { userId, username, credential, credentialId, ip, userAgent } = actor;
  return {
    id: newId(),
    at: new Date(),
    action,
    outcome,
    userId,
    username: storable(username.slice(0, NAME_LENGTH)),
    credential,
    credentialId,
    ip,
    userAgent: storable(userAgent),
    target,
    detail: storable(detail),
  };
}

/** A text that has a form in UTF-8, which half of a surrogate pair has not, and no NUL, which PostgreSQL has not. */
function storable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '\uFFFD')).toString();
}
