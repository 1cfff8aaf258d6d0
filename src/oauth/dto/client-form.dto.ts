import { IsString } from 'class-validator';
import { IsOmittable } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

/** How a client authenticates in the form, if it does not do so in a header (RFC 6749, section 2.3.1). */
export class ClientFormDto {
  /**
   * The id of the auth header by which the client authenticates, if it authenticates in the form.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  @IsOmittable()
  @IsString(messageKey('must_be_a_string'))
  client_id?: string;

  /**
   * The token of that auth header.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  @IsOmittable()
  @IsString(messageKey('must_be_a_string'))
  client_secret?: string;
}
