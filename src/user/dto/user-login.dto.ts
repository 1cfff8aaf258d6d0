import { ApiSchema } from '@nestjs/swagger';
import { IsLoginField } from '../../http/field-rules.js';

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
}
