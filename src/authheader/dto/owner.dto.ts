import { IsId, IsNotGivenWith, IsOmittable, IsSingleLine } from '../../http/field-rules.js';

/** The user whose auth headers a request is about; with neither field, the user of the credential. */
export class OwnerDto {
  /**
   * The id of the user whose auth header it is, for the JWT of an administrator; not together with `username`.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  @IsOmittable()
  @IsId('must_be_the_id_of_a_user')
  @IsNotGivenWith('username')
  userId?: string;

  /**
   * The username of that user; not together with `userId`.
   * @example nightly-backup
   */
  @IsOmittable()
  @IsSingleLine(1, 100)
  @IsNotGivenWith('userId')
  username?: string;
}
