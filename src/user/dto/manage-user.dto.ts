import { IntersectionType, OmitType, PartialType } from '@nestjs/swagger';
import { IsDateTime, IsId, IsLine, IsNewPassword, MayBeAbsent } from '../../http/field-rules.js';
import { PageQueryDto } from '../../http/dto/page-query.dto.js';
import { IsEmailAddress, IsRoles, IsUsername } from './user-field-rules.js';

/** Which user is meant. */
export class UserIdDto {
  /**
   * The user's id.
   * @example 12345678-1234-1234-1234-123456789abc
   */
  @IsId('must_be_the_id_of_a_user')
  id: string;
}

/** The user to make. */
export class AddUserDto {
  /**
   * The username; no other may differ from it in letter case or composition alone.
   * @example john.doe
   */
  @IsUsername()
  username: string;

  /**
   * The e-mail address.
   * @example john.doe@example.com
   */
  @IsEmailAddress()
  email: string;

  /**
   * The password; without one, a one-time password is made and answered.
   * @example SecurePass123!
   */
  @MayBeAbsent()
  @IsNewPassword()
  password?: string;

  /**
   * The first name.
   * @example John
   */
  @MayBeAbsent()
  @IsLine(0, 100)
  firstname?: string;

  /**
   * The last name.
   * @example Doe
   */
  @MayBeAbsent()
  @IsLine(0, 100)
  lastname?: string;

  /**
   * What the user is, beyond a user: `admin`, or words of your own, which the JWT carries.
   * @example ["editor"]
   */
  @MayBeAbsent()
  @IsRoles()
  roles?: string[];

  /**
   * When the user must change the password.
   * @example 2030-06-15T18:30:00Z
   */
  @MayBeAbsent()
  @IsDateTime()
  passwordExpires?: string;
}

/** What to change of a user; what is left out stays. */
export class UpdateUserDto extends IntersectionType(
  UserIdDto,
  PartialType(OmitType(AddUserDto, ['password', 'roles']), { skipNullProperties: false }),
) {
  /**
   * What the user is, beyond a user; it replaces what was.
   * @example ["editor"]
   */
  @MayBeAbsent()
  @IsRoles()
  roles?: string[];
}

/** Which users to list. */
export class ListUsersQueryDto extends PageQueryDto {
  /**
   * Part of a username or e-mail address, in any case.
   * @example doe
   */
  @MayBeAbsent()
  @IsLine(1, 100)
  search?: string;
}
