import { IsBoolean } from 'class-validator';
import { IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

/** How far a logout goes. */
export class LogoutDto {
  /**
   * Whether every session of the user ends, and not this one alone.
   * @example true
   */
  @IsOmittable()
  @IsBoolean(messageKey('must_be_true_or_false'))
  everywhere?: boolean;
}
