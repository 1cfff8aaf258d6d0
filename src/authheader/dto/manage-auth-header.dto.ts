import { IsId, IsOmittable, IsSingleLine } from '../../http/field-rules.js';
import { AuthHeaderDto } from './auth-header.dto.js';
import { ExpiringQueryDto } from './list-auth-headers.dto.js';

/** An auth header, with its owner. Its value is always masked. */
export class ManagedAuthHeaderDto extends AuthHeaderDto {
  /**
   * The id of its owner.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  userId: string;

  /**
   * The username of its owner.
   * @example john.doe
   */
  username: string;
}

/** The filter and page of a list of the auth headers of all users. */
export class ListAllAuthHeadersQueryDto extends ExpiringQueryDto {
  /**
   * Only auth headers of this user.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  @IsOmittable()
  @IsId('must_be_the_id_of_a_user')
  userId?: string;
}

/** The auth header to revoke. */
export class RevokeAuthHeaderDto {
  /**
   * The id, the token or the masked form of an auth header of any user. The token before the last rotation, or its masked
   * form, ends that token only. A masked form that names auth headers of several users is refused: use the id.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsSingleLine(1, 200)
  text: string;
}
