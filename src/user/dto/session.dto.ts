import { IsId } from '../../http/field-rules.js';

/** A login that has not ended. */
export class SessionDto {
  /**
   * The session's id: the `sid` of its JWTs.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  Id: string;

  /**
   * When it began, in UTC.
   * @example 2023-01-15T10:30:42Z
   */
  Created: string;

  /**
   * When it ends at the latest, in UTC.
   * @example 2023-02-14T10:30:42Z
   */
  Expires: string;

  /**
   * The address it began from.
   * @example 192.0.2.7
   */
  Ip: string;

  /**
   * What the client that began it calls itself.
   * @example curl/8.5.0
   */
  Client: string;

  /**
   * Whether it is the session of this request.
   * @example true
   */
  Current: boolean;
}

/** Which session is meant. */
export class EndSessionDto {
  /**
   * The session's id.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsId('must_be_the_id_of_a_session')
  id: string;
}
