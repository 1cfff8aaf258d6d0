import { IntersectionType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { PageQueryDto } from '../../http/dto/page-query.dto.js';
import { IsQueryCount } from '../../http/field-rules.js';
import { MAX_NOTICE_DAYS } from '../notice.js';
import { OwnerDto } from './owner.dto.js';

/** A page of a list of auth headers, of all or of those that expire soon. */
export class ExpiringQueryDto extends PageQueryDto {
  /**
   * Only auth headers that expire within this number of days, and have not expired yet.
   * @example 14
   */
  @IsOptional()
  @IsQueryCount(MAX_NOTICE_DAYS)
  expiresWithinDays?: number;
}

/** The filter and page of a list of the auth headers of one user. */
export class ListAuthHeadersQueryDto extends IntersectionType(OwnerDto, ExpiringQueryDto) {}
