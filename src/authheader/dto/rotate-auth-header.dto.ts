import { IsInt, Max, Min } from 'class-validator';
import { IsSingleLine, IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import { OwnerDto } from './owner.dto.js';

const OVERLAP_RULE = messageKey('must_be_at_most_30_days');

/** The auth header to rotate. */
export class RotateAuthHeaderDto extends OwnerDto {
  /**
   * The auth header: its token, its id, or its masked form from the list. A token that was rotated already is refused.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsSingleLine(1, 200)
  text: string;

  /**
   * How many seconds the old token stays valid; 0 by default, at most 30 days.
   * @example 3600
   */
  @IsOmittable()
  @Min(0, OVERLAP_RULE)
  @Max(2_592_000, OVERLAP_RULE)
  @IsInt(messageKey('must_be_whole_seconds'))
  overlapSeconds?: number;
}
