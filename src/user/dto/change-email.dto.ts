import { ApiSchema } from '@nestjs/swagger';
import { IsEmailAddress } from './user-field-rules.js';

@ApiSchema({ name: 'ChangeEmailRequest', description: 'Another e-mail address, or the present one to confirm it.' })
export class ChangeEmailDto {
  /**
   * The address to which the link is sent.
   * @example john@example.com
   */
  @IsEmailAddress()
  email: string;
}
