import { ApiSchema } from '@nestjs/swagger';
import {
  IsId,
  IsIdOrUsername,
  IsOmittable,
  IsOneOfBoth,
  IsSingleLine,
  USERNAME_MAX_LENGTH,
} from '../../http/field-rules.js';
import { AuthHeaderDto } from './auth-header.dto.js';
import { ExpiringQueryDto } from './list-auth-headers.dto.js';

@ApiSchema({ name: 'ManagedAuthHeader', description: 'An auth header, with its owner. Its value is always masked.' })
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
   * Only auth headers of this user: the id or the username.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  @IsOmittable()
  @IsIdOrUsername()
  userId?: string;

  /**
   * Only auth headers of the user with this username.
   * @example nightly-backup
   */
  @IsOmittable()
  @IsSingleLine(1, USERNAME_MAX_LENGTH)
  username?: string;
}

@ApiSchema({ name: 'RevokeAuthHeaderRequest', description: 'The auth header to revoke.' })
export class RevokeAuthHeaderDto {
  /**
   * The token, the masked form or the id of an auth header of any user. The token before the last rotation, or its masked
   * form, ends that token only. A masked form that names auth headers of several users is refused: use the id.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsSingleLine(1, 200)
  @IsOneOfBoth('id')
  text?: string;

  /**
   * The id of the auth header, in place of `text`.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsId('must_be_an_id')
  @IsOneOfBoth('text')
  id?: string;
}
