import { UserDto } from './user.dto.js';

/** A user, as administrators see one. */
export class ManagedUserDto extends UserDto {
  /**
   * What the user is, beyond a user.
   * @example ["admin"]
   */
  Roles: string[];

  /**
   * Whether the user may log in.
   * @example true
   */
  Enabled: boolean;
}

/** A user whose password was made by the server. */
export class AddedUserDto extends ManagedUserDto {
  /**
   * The one-time password to hand over: within seven days it must be changed with `POST /user/password`, and it does
   * nothing else. Absent where a password was given.
   * @example 3qkZ8yN0w2Jr6vXbT1uHfL5c
   */
  InitialPassword?: string;
}
