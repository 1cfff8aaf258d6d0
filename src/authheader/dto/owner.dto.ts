import { IsIdOrUsername, IsOmittable, IsSingleLine, USERNAME_MAX_LENGTH } from '../../http/field-rules.js';

/** The user whose auth headers a request is about; with neither field, the user of the credential. */
export class OwnerDto {
  /**
   * The id or the username of the user whose auth header it is, for the JWT of an administrator.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  @IsOmittable()
  @IsIdOrUsername()
  userId?: string;

  /**
   * The username of that user, in place of `userId`, or together with it if both are of the same user.
   * @example nightly-backup
   */
  @IsOmittable()
  @IsSingleLine(1, USERNAME_MAX_LENGTH)
  username?: string;
}
