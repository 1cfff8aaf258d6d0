import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';

/** A kitten's id out of its path. */
@Injectable()
export class KittenIdPipe implements PipeTransform<string, number> {
  /** @throws ApiError `invalid_fields` */
  transform(text: string): number {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    const details = [{ field: 'id', message: message('must_be_a_whole_number_of_nine_digits') }];
    throw new ApiError('invalid_fields', { details });
  }
}
