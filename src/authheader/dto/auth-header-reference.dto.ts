import { IsId, IsOneOfBoth, IsSingleLine } from '../../http/field-rules.js';
import { OwnerDto } from './owner.dto.js';

/** The auth header that a request is about. The document has `text`, in which it puts the token, and lists have the id. */
export class AuthHeaderReferenceDto extends OwnerDto {
  /**
   * The auth header: its token, its id, or its masked form from the list. A token that was rotated already is refused.
   * Required unless `id` is given; only one of both is accepted.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsSingleLine(1, 200)
  @IsOneOfBoth('id')
  text?: string;

  /**
   * The id of the auth header, in place of `text`.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsId('must_be_an_id')
  @IsOneOfBoth('text')
  id?: string;
}

/** What names an auth header, in a valid body. */
export function textIn({ text, id = '' }: Pick<AuthHeaderReferenceDto, 'text' | 'id'>): string {
  return text ?? id;
}
