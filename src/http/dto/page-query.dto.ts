import { IsOptional } from 'class-validator';
import { IsId, IsQueryCount } from '../field-rules.js';

/** The page of a list to return. */
export class PageQueryDto {
  /**
   * The maximum number of entries; 1000 by default.
   * @example 100
   */
  @IsOptional()
  @IsQueryCount(1000)
  limit?: number;

  /**
   * The start of the page, taken from the `Link` header of the previous page.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsOptional()
  @IsId('must_be_a_cursor')
  cursor?: string;
}
