import { ApiSchema } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import { ClientFormDto } from './client-form.dto.js';

@ApiSchema({ name: 'TokenReference', description: 'A question about a token, or the order to revoke it.' })
export class TokenFormDto extends ClientFormDto {
  /**
   * The token: a JWT or an auth header.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsString(messageKey('is_required'))
  token: string;

  /**
   * The kind of the token. It is ignored: a token tells its kind itself.
   * @example access_token
   */
  @IsOmittable()
  @IsString(messageKey('must_be_a_string'))
  token_type_hint?: string;
}
