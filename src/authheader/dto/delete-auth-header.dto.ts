import { IsSingleLine } from '../../http/field-rules.js';

/** The auth header to delete. */
export class DeleteAuthHeaderDto {
  /**
   * Auth header token to delete; its id, or its masked form as the list shows it, will do as well.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsSingleLine(1, 200)
  text: string;
}
