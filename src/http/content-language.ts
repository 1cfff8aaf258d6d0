import type { FastifyReply } from 'fastify';
import { addVary } from './vary.js';
import { isOAuthPath, localeInPath } from './errors/error-body.js';
import { DEFAULT_LOCALE, type Locale, localeOf, preferredLocale } from '../i18n/locales.js';

/**
 * Content negotiation of the message language: the locale of the path, or else the best match of `Accept-Language`. Sets
 * `Content-Language` and `Vary` (RFC 9110, sections 8.5 and 12.5.5).
 */
export function negotiateLocale(reply: FastifyReply): Locale {
  const { url, headers } = reply.request;
  const asked = localeOf(localeInPath(url));
  if (asked !== undefined) {
    void reply.header('content-language', asked);
    return asked;
  }
  if (isOAuthPath(url)) {
    void reply.header('content-language', DEFAULT_LOCALE);
    return DEFAULT_LOCALE;
  }
  const preferred = preferredLocale(headers['accept-language']);
  void reply.header('content-language', preferred);
  addVary(reply, 'Accept-Language');
  return preferred;
}
