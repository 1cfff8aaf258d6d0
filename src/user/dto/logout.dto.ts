import { IsBoolean } from 'class-validator';
import { MayBeAbsent } from '../../http/field-rules.js';
import { otherwise } from '../../i18n/message.js';

/** How far a logout goes. */
export class LogoutDto {
  /**
   * Whether every session of the user ends, and not this one alone.
   * @example true
   */
  @MayBeAbsent()
  @IsBoolean(otherwise('must_be_true_or_false'))
  everywhere?: boolean;
}
