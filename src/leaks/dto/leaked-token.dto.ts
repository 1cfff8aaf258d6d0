import { ApiSchema } from '@nestjs/swagger';
import { IsLoginField } from '../../http/field-rules.js';

@ApiSchema({ name: 'LeakedAuthHeaderRequest', description: 'A token that somebody has found.' })
export class LeakedTokenDto {
  /**
   * The token. Any text gets the same response.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsLoginField()
  token: string;
}
