import { IsOptional } from 'class-validator';
import { PageQueryDto } from '../../http/dto/page-query.dto.js';
import { IsQueryCount } from '../../http/field-rules.js';

/** The filter and page of a list of auth headers. */
export class ListAuthHeadersQueryDto extends PageQueryDto {
  /**
   * Only auth headers that expire within this number of days, and have not expired yet.
   * @example 14
   */
  @IsOptional()
  @IsQueryCount(3650)
  expiresWithinDays?: number;
}
