import { ApiSchema } from '@nestjs/swagger';
import { IsId } from '../../http/field-rules.js';
import { AlsoAccepts } from '../../http/other-names.js';

@ApiSchema({ name: 'Session', description: 'An active session.' })
export class SessionDto {
  /**
   * The session's id: the `sid` of its JWTs.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  Id: string;

  /**
   * When the session began, in UTC.
   * @example 2030-01-15T10:30:42Z
   */
  Created: string;

  /**
   * When the session ends at the latest, in UTC.
   * @example 2030-02-14T10:30:42Z
   */
  Expires: string;

  /**
   * The IP address of the login.
   * @example 192.0.2.7
   */
  Ip: string;

  /**
   * The `User-Agent` of the login.
   * @example curl/8.5.0
   */
  Client: string;

  /**
   * How you logged in (RFC 8176): `pwd`, `otp`, `hwk` or `swk` for a passkey, `user`, and `mfa` for two different factors.
   * @example ["pwd","otp","mfa"]
   */
  AuthMethods: string[];

  /**
   * Whether this is the session of the request.
   * @example true
   */
  Current: boolean;
}

@AlsoAccepts({ Id: 'id' })
@ApiSchema({ name: 'EndSessionRequest', description: 'The session to end.' })
export class EndSessionDto {
  /**
   * The session's id.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsId('must_be_the_id_of_a_session')
  id: string;
}
