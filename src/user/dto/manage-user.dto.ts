import { ApiHideProperty, ApiProperty, ApiSchema, OmitType, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn, ValidateIf } from 'class-validator';
import { USER_KINDS, type UserKind } from '../../database/entities/user.entity.js';
import { messageKey } from '../../i18n/message.js';
import { AlsoAccepts } from '../../http/other-names.js';
import type { ManagedUserDto } from './managed-user.dto.js';
import {
  IsClearable,
  IsDateTime,
  IsIdOrUsername,
  IsNewPassword,
  IsOmittable,
  IsRequiredWithout,
  IsSingleLine,
  USERNAME_MAX_LENGTH,
} from '../../http/field-rules.js';
import { PageQueryDto } from '../../http/dto/page-query.dto.js';
import { IsEmailAddress, IsRoles, IsUsername } from './user-field-rules.js';

@AlsoAccepts({ Id: 'id', Username: 'username' })
@ApiSchema({
  name: 'UserReference',
  description: 'The user, by `id`, by `username`, or by both if they are of the same user.',
})
export class UserReferenceDto {
  /**
   * The user's id, or the username. Required unless `username` is given.
   * @example john.doe
   */
  @IsIdOrUsername()
  @IsRequiredWithout('username')
  id?: string;

  /**
   * The user's username. Required unless `id` is given.
   * @example john.doe
   */
  @IsSingleLine(1, USERNAME_MAX_LENGTH)
  @IsRequiredWithout('id')
  username?: string;
}

@AlsoAccepts({ Id: 'id', Username: 'username' })
@ApiSchema({ name: 'ResetPasswordRequest', description: 'The user whose password is reset.' })
export class ResetPasswordDto extends UserReferenceDto {
  /**
   * Whether all auth headers of the user are deleted too; `false` by default.
   * @example true
   */
  @IsOmittable()
  @IsBoolean(messageKey('must_be_true_or_false'))
  endAuthHeaders?: boolean;
}

@ApiSchema({ name: 'AddUserRequest', description: 'The user to add.' })
export class AddUserDto {
  /**
   * The username, unique regardless of case and composition.
   * @example john.doe
   */
  @IsUsername()
  username: string;

  /**
   * The e-mail address. Required for a person; a service account without one gets an address that no mail reaches.
   * @example john.doe@example.com
   */
  @ValidateIf(({ kind, email }: AddUserDto) => kind !== 'service' || email !== undefined)
  @IsEmailAddress()
  email?: string;

  /**
   * `service` for a service account, which has no password and cannot log in: it acts by the auth headers that administrators
   * make for it. `person` by default. It never changes.
   * @example person
   */
  @IsOmittable()
  @IsIn(USER_KINDS, messageKey('must_be_one_of', { words: USER_KINDS.join(', ') }))
  kind?: UserKind;

  /**
   * The password. If omitted, the server generates and returns a one-time password. A service account has none.
   * @example SecurePass123!
   */
  @IsOmittable()
  @IsNewPassword()
  password?: string;

  /**
   * The first name.
   * @example John
   */
  @IsOmittable()
  @IsSingleLine(0, 100)
  firstname?: string;

  /**
   * The last name.
   * @example Doe
   */
  @IsOmittable()
  @IsSingleLine(0, 100)
  lastname?: string;

  /**
   * The roles of the user: `admin`, or custom roles, which the JWT carries.
   * @example ["editor"]
   */
  @IsOmittable()
  @IsRoles()
  roles?: string[];

  /**
   * When the user must change the password.
   * @example 2030-06-15T18:30:00Z
   */
  @IsOmittable()
  @IsDateTime()
  passwordExpires?: string;
}

/** A user as the list of users has one, which a request may send back. */
const NAMES_IN_LIST = {
  Id: 'id',
  Created: 'created',
  Username: 'username',
  Email: 'email',
  Firstname: 'firstname',
  Lastname: 'lastname',
  PasswordExpiration: 'passwordExpires',
  Roles: 'roles',
  Enabled: 'enabled',
  Kind: 'kind',
} satisfies Record<keyof ManagedUserDto, keyof UpdateUserDto>;

@AlsoAccepts(NAMES_IN_LIST)
@ApiSchema({ name: 'UpdateUserRequest', description: 'The changes to a user. Omitted fields stay unchanged.' })
export class UpdateUserDto extends PartialType(OmitType(AddUserDto, ['kind', 'password', 'roles', 'passwordExpires']), {
  skipNullProperties: false,
}) {
  /**
   * The user's id, or the username.
   * @example john.doe
   */
  @IsIdOrUsername()
  id: string;

  /**
   * The roles of the user, which replace the former ones.
   * @example ["editor"]
   */
  @IsOmittable()
  @IsRoles()
  roles?: string[];

  /**
   * When the user must change the password; null removes the date.
   * @example 2030-06-15T18:30:00Z
   */
  @IsClearable()
  @ApiProperty({ type: String, nullable: true })
  @IsDateTime()
  passwordExpires?: string | null;

  /** As it is: it never changes. */
  @ApiHideProperty()
  @IsOmittable()
  @IsDateTime()
  created?: string;

  /** As it is: other calls change it. */
  @ApiHideProperty()
  @IsOmittable()
  @IsBoolean(messageKey('must_be_true_or_false'))
  enabled?: boolean;

  /** As it is: it never changes. */
  @ApiHideProperty()
  @IsOmittable()
  @IsIn(USER_KINDS, messageKey('must_be_one_of', { words: USER_KINDS.join(', ') }))
  kind?: UserKind;
}

/** The filter and page of a list of users. */
export class ListUsersQueryDto extends PageQueryDto {
  /**
   * A part of a username or e-mail address, matched regardless of case.
   * @example doe
   */
  @IsOmittable()
  @IsSingleLine(1, 100)
  search?: string;
}
