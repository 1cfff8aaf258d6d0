import { ApiSchema } from '@nestjs/swagger';
import { UserDto } from './user.dto.js';

@ApiSchema({ name: 'User', description: 'A user, with the fields that only administrators see.' })
export class ManagedUserDto extends UserDto {
  /**
   * The roles of the user.
   * @example ["admin"]
   */
  Roles: string[];

  /**
   * Whether the user may log in.
   * @example true
   */
  Enabled: boolean;

  /**
   * `service` for a service account; absent for a person.
   * @example service
   */
  Kind?: 'service';
}

@ApiSchema({ name: 'AddedUser', description: 'A user whose password the server may have generated.' })
export class AddedUserDto extends ManagedUserDto {
  /**
   * The one-time password to give to the user. It must be changed within seven days with `POST /user/password`, and is
   * valid for nothing else. Absent if a password was given, and for a service account.
   * @example 3qkZ8yN0w2Jr6vXbT1uHfL5c
   */
  InitialPassword?: string;
}
