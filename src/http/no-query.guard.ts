import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { invalidFields } from '../errors/invalid-fields.js';
import { message } from '../i18n/message.js';
import { requestOf } from './request-of.js';

/** Rejects a query string on routes that take passwords, because URLs end up in logs. */
@Injectable()
export class NoQueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const fields = Object.keys(requestOf(context).query as object);
    if (fields.length === 0) return true;
    throw invalidFields(fields.map((field) => ({ field, message: message('belongs_in_the_body') })));
  }
}
