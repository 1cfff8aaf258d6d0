import type { Revocation } from '../revocation/revocation.js';
import { Signal } from '../telemetry/signal.js';
import type { AuditAction, AuditOutcome } from './audit-actions.js';
import type { AuditEntry } from './audit-entry.js';

/** An event that was committed. It tells of no user. */
export interface Recorded {
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  /** What the change has taken something away from. */
  readonly revokes: Revocation['kind'] | undefined;
}

export const auditRecorded = new Signal<Recorded>('personas:audit-recorded');

/** Signals events. Call it after their commit. */
export function signalRecorded(entries: readonly AuditEntry[]): void {
  if (!auditRecorded.isWatched) return;
  for (const { action, outcome = 'success', revokes } of entries) {
    auditRecorded.send({ action, outcome, revokes: revokes?.kind });
  }
}
