import type { FastifyReply } from 'fastify';
import { localeInPath } from './errors/error-body.js';
import { isLocale, type Locale, preferredLocale } from '../i18n/locales.js';

/**
 * Settles the language of an answer's messages, the path's or else the one its reader prefers, and says so in the
 * headers (RFC 9110, sections 8.5 and 12.5.5).
 */
export function settleLanguage(reply: FastifyReply): Locale {
  const { url, headers } = reply.request;
  const asked = localeInPath(url);
  if (isLocale(asked)) {
    void reply.header('content-language', asked);
    return asked;
  }
  const preferred = preferredLocale(headers['accept-language']);
  const others = reply.getHeader('vary');
  const vary = others === undefined ? 'Accept-Language' : `${String(others)}, Accept-Language`;
  void reply.header('content-language', preferred).header('vary', vary);
  return preferred;
}
