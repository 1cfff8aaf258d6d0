import { formatTimestamp } from '../http/format-timestamp.js';
import type { AuditEvent } from '../database/entities/audit-event.entity.js';
import type { AuditEventDto } from './dto/audit-event.dto.js';

/** An event in the words of the documents. */
export function toAuditEventDto(event: AuditEvent): AuditEventDto {
  const { id, at, action, outcome, userId, username, credential, credentialId, ip, userAgent, target, detail } = event;
  const { chain, sequence, hash } = event;
  return {
    id,
    at: formatTimestamp(at),
    action,
    outcome,
    ...(userId === null ? {} : { userId }),
    username,
    credential,
    ...(credentialId === null ? {} : { credentialId }),
    ip,
    client: userAgent,
    ...(target === null ? {} : { target }),
    detail,
    ...(chain === null || sequence === null || hash === null ? {} : { chain, sequence, hash }),
  };
}
