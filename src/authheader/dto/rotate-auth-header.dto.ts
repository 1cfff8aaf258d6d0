import { IsInt, Max, Min } from 'class-validator';
import { IsLine, MayBeAbsent } from '../../http/field-rules.js';
import { otherwise } from '../../i18n/message.js';

const OVERLAP_RULE = otherwise('must_be_at_most_30_days');

/** The auth header to give a new token. */
export class RotateAuthHeaderDto {
  /**
   * Its token; its id, or its masked form as the list shows it, will do as well.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsLine(1, 200)
  text: string;

  /**
   * How many seconds the old token stays good; without it, not one. At most 30 days.
   * @example 3600
   */
  @MayBeAbsent()
  @Min(0, OVERLAP_RULE)
  @Max(2_592_000, OVERLAP_RULE)
  @IsInt(otherwise('must_be_whole_seconds'))
  overlapSeconds?: number;
}
