import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { messageKey } from '../../i18n/message.js';
import { toCount } from '../count.js';
import { IsId } from '../field-rules.js';

const LIMIT_RULE = messageKey('must_be_within', { min: 1, max: 1000 });

/** The page of a list to return. */
export class PageQueryDto {
  /**
   * The maximum number of entries; 1000 by default.
   * @example 100
   */
  @IsOptional()
  @Transform(toCount)
  @Min(1, LIMIT_RULE)
  @Max(1000, LIMIT_RULE)
  @IsInt(messageKey('must_be_a_whole_number'))
  limit?: number;

  /**
   * The start of the page, taken from the `Link` header of the previous page.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsOptional()
  @IsId('must_be_a_cursor')
  cursor?: string;
}
