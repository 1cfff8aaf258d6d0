import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';

/** A kitten's id out of its path. */
@Injectable()
export class KittenIdPipe implements PipeTransform<string, number> {
  /** @throws ApiError `invalid_fields` */
  transform(text: string): number {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    const message = 'must be a whole number of at most nine digits';
    throw new ApiError('invalid_fields', { details: [{ field: 'id', message }] });
  }
}
