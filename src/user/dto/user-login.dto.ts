import { ApiSchema } from '@nestjs/swagger';
import { IsLoginField, IsOmittable, IsOtp } from '../../http/field-rules.js';

@ApiSchema({ name: 'LoginRequest', description: 'A login by username.' })
export class UserLoginDto {
  /**
   * User's username
   * @example john.doe
   */
  @IsLoginField()
  username: string;

  /**
   * User's password
   * @example SecurePass123!
   */
  @IsLoginField()
  password: string;

  /**
   * The code of the second factor, or a recovery code, of a user who has one: a program can log in with one request. It is not
   * looked at for other users.
   * @example "492039"
   */
  @IsOmittable()
  @IsOtp()
  otp?: string;
}
