import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { Actor } from '../../auth/actor.js';
import { PageQueryDto } from '../../http/dto/page-query.dto.js';
import { IsDateTime, IsId, IsIdOrUsername, IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditAction, type AuditOutcome } from '../audit-actions.js';

const CREDENTIALS: readonly Actor['credential'][] = [
  'jwt',
  'session',
  'auth-header',
  'password',
  'passkey',
  'mail-link',
  'command-line',
  'server',
];

@ApiSchema({ name: 'AuditEvent', description: 'An event of the audit log.' })
export class AuditEventDto {
  /**
   * The event's id.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  id: string;

  /**
   * The time of the event, in UTC.
   * @example 2023-01-15T10:30:42Z
   */
  at: string;

  /** The action. A later version may add some. */
  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'login' })
  action: string;

  /**
   * The outcome: `success`, `refused` or `throttled`.
   * @example success
   */
  @ApiProperty({ enum: AUDIT_OUTCOMES })
  outcome: string;

  /**
   * The id of the acting user; absent if unknown, for the command line and for the server itself.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  userId?: string;

  /**
   * The name of the acting user; empty if unknown.
   * @example john.doe
   */
  username: string;

  /**
   * The kind of the credential: `jwt`, `session` in the console, `auth-header`, `password`, `passkey`, `mail-link` or
   * `command-line`; `server` for what the server does by itself.
   * @example password
   */
  @ApiProperty({ enum: CREDENTIALS })
  credential: string;

  /**
   * The JWT's `jti`, or the id of the session or of the auth header.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  credentialId?: string;

  /**
   * The IP address of the request; empty without one.
   * @example 192.0.2.7
   */
  ip: string;

  /**
   * The `User-Agent` of the client.
   * @example curl/8.5.0
   */
  client: string;

  /**
   * The id of the object of the action: a user, a session, an auth header or a key.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  target?: string;

  /**
   * Further details.
   * @example production-api-key
   */
  detail: string;

  /**
   * The number of the chain that the event is in; absent, as the next two, for an event from before there were chains.
   * @example 1
   */
  @ApiProperty({ type: 'integer' })
  chain?: number;

  /**
   * The event's place in the chain: one more than that of the event before it.
   * @example 4711
   */
  @ApiProperty({ type: 'integer' })
  sequence?: number;

  /**
   * The keyed hash of the event and of the one before it, which `personas audit verify` checks.
   * @example xLpJyCJWGl3Z5Yk2h8JQm0cQmGzq8xkV9mJ7N3d0x1E
   */
  hash?: string;
}

/** The filter and page of a list of events. */
export class ListAuditQueryDto extends PageQueryDto {
  /**
   * Only events with this action.
   * @example login
   */
  @IsOmittable()
  @IsIn(AUDIT_ACTIONS, messageKey('must_be_one_of', { words: AUDIT_ACTIONS.join(', ') }))
  action?: AuditAction;

  /**
   * Only events with this outcome.
   * @example refused
   */
  @IsOmittable()
  @IsIn(AUDIT_OUTCOMES, messageKey('must_be_one_of', { words: AUDIT_OUTCOMES.join(', ') }))
  outcome?: AuditOutcome;

  /**
   * Only events of this user: the id, or the username that the user has now.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  @IsOmittable()
  @IsIdOrUsername()
  userId?: string;

  /**
   * Only events on this user, session, auth header or key.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsOmittable()
  @IsId('must_be_an_id')
  target?: string;

  /**
   * Only events at this time or later.
   * @example 2023-01-15T10:30:42Z
   */
  @IsOmittable()
  @IsDateTime()
  from?: string;

  /**
   * Only events before this time.
   * @example 2023-01-16T10:30:42Z
   */
  @IsOmittable()
  @IsDateTime()
  until?: string;
}
