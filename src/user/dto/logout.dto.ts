import { IsBoolean } from 'class-validator';
import { MayBeAbsent } from '../../http/field-rules.js';

/** How far a logout goes. */
export class LogoutDto {
  /**
   * Whether every session of the user ends, and not this one alone.
   * @example true
   */
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  everywhere?: boolean;
}
