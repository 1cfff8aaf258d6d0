import { IsIn } from 'class-validator';
import { PageQueryDto } from '../../http/dto/page-query.dto.js';
import { IsDateTime, IsId, MayBeAbsent } from '../../http/field-rules.js';
import { otherwise } from '../../languages/message.js';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditAction, type AuditOutcome } from '../audit-actions.js';

/** Something that happened. */
export class AuditEventDto {
  /**
   * The event's id.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  id: string;

  /**
   * When it happened, in UTC.
   * @example 2023-01-15T10:30:42Z
   */
  at: string;

  /**
   * What was done.
   * @example login
   */
  action: string;

  /**
   * How it ended: `success`, `refused` or `throttled`.
   * @example success
   */
  outcome: string;

  /**
   * Who did it; absent for somebody unknown, and for the command line.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  userId?: string;

  /**
   * Who did it, by name; empty for somebody unknown.
   * @example john.doe
   */
  username: string;

  /**
   * With what: `jwt`, `auth-header`, `password` or `command-line`.
   * @example password
   */
  credential: string;

  /**
   * The JWT's `jti`, or the auth header's id.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  credentialId?: string;

  /**
   * The address it came from; empty for the command line.
   * @example 192.0.2.7
   */
  ip: string;

  /**
   * What the client calls itself.
   * @example curl/8.5.0
   */
  client: string;

  /**
   * The id of what it was done to: a user, a session, an auth header or a key.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  target?: string;

  /**
   * What else there is to know of it.
   * @example production-api-key
   */
  detail: string;
}

/** Which events to list. */
export class ListAuditQueryDto extends PageQueryDto {
  /**
   * Only what was done so.
   * @example login
   */
  @MayBeAbsent()
  @IsIn(AUDIT_ACTIONS, otherwise('must_be_one_of', { words: AUDIT_ACTIONS.join(', ') }))
  action?: AuditAction;

  /**
   * Only what ended so.
   * @example refused
   */
  @MayBeAbsent()
  @IsIn(AUDIT_OUTCOMES, otherwise('must_be_one_of', { words: AUDIT_OUTCOMES.join(', ') }))
  outcome?: AuditOutcome;

  /**
   * Only what this user did.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  @MayBeAbsent()
  @IsId('must_be_the_id_of_a_user')
  userId?: string;

  /**
   * Only what was done to this user, session, auth header or key.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @MayBeAbsent()
  @IsId('must_be_an_id')
  target?: string;

  /**
   * Only what happened at this moment or later.
   * @example 2023-01-15T10:30:42Z
   */
  @MayBeAbsent()
  @IsDateTime()
  from?: string;

  /**
   * Only what happened before this moment.
   * @example 2023-01-16T10:30:42Z
   */
  @MayBeAbsent()
  @IsDateTime()
  until?: string;
}
