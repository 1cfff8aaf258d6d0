import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.js';

/** The languages the accounts door speaks, as its path names them. */
export const LOCALES: readonly string[] = ['en'];

/** Refuses a path in a language that is not spoken, ahead of anything else. */
@Injectable()
export class LocaleGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { locale } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { locale: string } }>>().params;
    if (LOCALES.includes(locale)) return true;
    throw new ApiError('unknown_locale', { message: `There is no such locale; there are: ${LOCALES.join(', ')}.` });
  }
}
