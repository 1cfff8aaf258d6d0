import { ApiSchema } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

@ApiSchema({ name: 'LogoutRequest', description: 'The extent of a logout.' })
export class LogoutDto {
  /**
   * Whether all sessions of the user end, not only the current one.
   * @example false
   */
  @IsOmittable()
  @IsBoolean(messageKey('must_be_true_or_false'))
  everywhere?: boolean;
}
