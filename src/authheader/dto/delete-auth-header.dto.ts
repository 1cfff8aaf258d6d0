import { IsSingleLine } from '../../http/field-rules.js';
import { OwnerDto } from './owner.dto.js';

/** The auth header to delete. */
export class DeleteAuthHeaderDto extends OwnerDto {
  /**
   * Auth header token to delete; its id or its masked form from the list is accepted too. The token before the last
   * rotation, or its masked form, ends that token only.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsSingleLine(1, 200)
  text: string;
}
