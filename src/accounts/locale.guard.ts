import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import { requestOf } from '../http/request-of.js';
import { isLocale, LOCALES } from '../i18n/locales.js';
import { message } from '../i18n/message.js';

/** Refuses a path in a language that is not spoken, ahead of anything else. */
@Injectable()
export class LocaleGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { locale } = requestOf(context).params as { locale: string };
    if (isLocale(locale)) return true;
    throw new ApiError('unknown_locale', {
      message: message('unknown_locale_among', { locales: LOCALES.join(', ') }),
    });
  }
}
