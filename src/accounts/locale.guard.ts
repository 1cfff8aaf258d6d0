import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.js';
import { isLocale, LOCALES } from '../languages/locales.js';
import { message } from '../languages/message.js';

/** Refuses a path in a language that is not spoken, ahead of anything else. */
@Injectable()
export class LocaleGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { locale } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { locale: string } }>>().params;
    if (isLocale(locale)) return true;
    throw new ApiError('unknown_locale', {
      message: message('unknown_locale_among', { locales: LOCALES.join(', ') }),
    });
  }
}
