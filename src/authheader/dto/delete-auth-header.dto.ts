import { ApiSchema } from '@nestjs/swagger';
import { IsOneOfBoth, IsSingleLine } from '../../http/field-rules.js';
import { AuthHeaderReferenceDto } from './auth-header-reference.dto.js';

@ApiSchema({ name: 'DeleteAuthHeaderRequest', description: 'The auth header to delete.' })
export class DeleteAuthHeaderDto extends AuthHeaderReferenceDto {
  /**
   * Auth header token to delete; its id or its masked form from the list is accepted too. The token before the last
   * rotation, or its masked form, ends that token only. Required unless `id` is given; only one of both is accepted.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsSingleLine(1, 200)
  @IsOneOfBoth('id')
  override text?: string;
}
