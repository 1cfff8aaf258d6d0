import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { IsNullable, IsSingleLine } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import { NULLABLE_RATE_LIMIT, RateLimitDto } from './rate-limit.dto.js';

/** The change of an auth header. */
export class UpdateAuthHeaderDto {
  /**
   * The auth header: its token, its id, or its masked form from the list. A token that was rotated already is refused.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsSingleLine(1, 200)
  text: string;

  /** The new rate limit; null removes it. */
  @IsNullable()
  @ApiProperty(NULLABLE_RATE_LIMIT)
  @IsObject(messageKey('must_be_an_object'))
  @ValidateNested(messageKey('must_be_an_object'))
  @Type(() => RateLimitDto)
  rateLimit: RateLimitDto | null;
}
