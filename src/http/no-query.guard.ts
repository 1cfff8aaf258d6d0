import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';
import { requestOf } from './request-of.js';

/** Refuses a query string where passwords are expected: what a URL carries ends up in logs. */
@Injectable()
export class NoQueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const fields = Object.keys(requestOf(context).query as object);
    if (fields.length === 0) return true;
    const details = fields.map((field) => ({ field, message: message('belongs_in_the_body') }));
    throw new ApiError('invalid_fields', { details });
  }
}
