import { ApiSchema } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import { AuthHeaderReferenceDto } from './auth-header-reference.dto.js';

const OVERLAP_RULE = messageKey('must_be_at_most_30_days');

@ApiSchema({ name: 'RotateAuthHeaderRequest', description: 'The auth header to rotate.' })
export class RotateAuthHeaderDto extends AuthHeaderReferenceDto {
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
