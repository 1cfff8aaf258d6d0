import { Signal } from '../telemetry/signal.js';
import type { NewAuditEvent } from './audit-proof.js';

/** Tells of each audit event, once it is committed. */
export const auditEvents = new Signal<NewAuditEvent>('personas:audit-event');
