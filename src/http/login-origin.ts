import type { FastifyRequest } from 'fastify';
import { localeOf, matchingLocale } from '../i18n/locales.js';
import { type Origin, originOf } from '../net/origin.js';
import { localeInPath } from './errors/error-body.js';

/** The origin of a request that may log in, with the language that it names: mails to the user are in it from then on. */
export function loginOriginOf(request: Pick<FastifyRequest, 'ip' | 'headers' | 'url' | 'raw'>): Origin {
  const { url, headers } = request;
  // `*` is the default of HTTP clients, and names no language.
  const asked = headers['accept-language']?.trim() === '*' ? undefined : headers['accept-language'];
  const language = localeOf(localeInPath(url)) ?? matchingLocale(asked);
  return { ...originOf(request), hasHungUp: hasHungUp(request), ...(language === undefined ? {} : { language }) };
}

/** Tells whether the client of a request has hung up. One that has closed its side has as well: Node closes the other one. */
export function hasHungUp({ raw }: Pick<FastifyRequest, 'raw'>): () => boolean {
  const { socket } = raw;
  return () => !socket.writable;
}
