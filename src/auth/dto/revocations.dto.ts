import { ApiSchema } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { MAX_POSITION_LENGTH } from '../../database/revocation-source.js';
import { toCount } from '../../http/count.js';
import { IsOmittable, IsSingleLine } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

const WAIT_RULE = messageKey('must_be_within', { min: 0, max: 1000 });

/** From where on to tell what was revoked. */
export class ListRevocationsQueryDto {
  /**
   * The `after` of the previous response. Without it, the response revokes everything and begins a sequence.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d.42
   */
  @IsOmittable()
  @IsSingleLine(1, MAX_POSITION_LENGTH)
  after?: string;

  /**
   * How many milliseconds to wait if nothing was revoked; 0 by default. The response may take 250 milliseconds longer.
   * @example 0
   */
  @IsOmittable()
  @Transform(toCount)
  @Min(0, WAIT_RULE)
  @Max(1000, WAIT_RULE)
  @IsInt(messageKey('must_be_a_whole_number'))
  waitMs?: number;
}

@ApiSchema({
  name: 'Revocations',
  description: 'What was revoked. Forget the answers of checks that it names, and ask again.',
})
export class RevocationsDto {
  /**
   * The cursor for the next request. It is valid at every process of the server.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d.42
   */
  after: string;

  /**
   * The response tells every revocation that was committed before a moment: this many milliseconds after the request arrived,
   * or before it if negative. Counted from when the request was sent, it holds however late the response arrives.
   * @example -120
   */
  knownUntilMs: number;

  /**
   * Whether any credential may have been revoked: the server does not know what followed the cursor.
   * @example false
   */
  everything: boolean;

  /**
   * Whether signing keys were made, rotated or deleted: read the key set again.
   * @example false
   */
  signingKeys: boolean;

  /**
   * The ids of users who were changed, disabled or deleted: all of their credentials.
   * @example []
   */
  users: string[];

  /**
   * The ids of sessions that were ended: the JWTs with this `sid`.
   * @example ["0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d"]
   */
  sessions: string[];

  /**
   * The ids of auth headers that were changed or deleted.
   * @example []
   */
  authHeaders: string[];
}
