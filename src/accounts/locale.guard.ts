import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import { requestOf } from '../http/request-of.js';
import { LOCALES, localeOf } from '../i18n/locales.js';
import { message } from '../i18n/message.js';

/** Rejects a path whose locale is not supported, before any other check of the request. */
@Injectable()
export class LocaleGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { locale } = requestOf(context).params as { locale: string };
    if (localeOf(locale) !== undefined) return true;
    throw new ApiError('unknown_locale', {
      message: message('unknown_locale_among', { locales: LOCALES.join(', ') }),
    });
  }
}
