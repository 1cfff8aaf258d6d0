import Negotiator from 'negotiator';
import { ar } from './ar.js';
import { de } from './de.js';
import { en, type Messages } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { ml } from './ml.js';

/** The messages of every language, by the language tag in paths and in `Accept-Language` (RFC 5646). */
export const TRANSLATIONS = { en, de, fr, es, ml, ar } as const satisfies Record<string, Messages>;

/** The tag of a supported language. */
export type Locale = keyof typeof TRANSLATIONS;

export const LOCALES = Object.keys(TRANSLATIONS) as readonly Locale[];

/** The language for requests that prefer no supported language. */
export const DEFAULT_LOCALE = 'en' satisfies Locale;

/** The languages that are written from right to left. */
const RIGHT_TO_LEFT: readonly Locale[] = ['ar'];

/** A client lists a few languages. Each is compared with every supported one, so a long header is not parsed. */
const ACCEPT_LANGUAGE_MAX_LENGTH = 500;

export function isLocale(word: string | undefined): word is Locale {
  return word !== undefined && Object.hasOwn(TRANSLATIONS, word);
}

/** The supported language of a tag, which may also name a region or a script: `en-US` is `en` (RFC 4647, section 3.4). */
export function localeOf(tag: string | undefined): Locale | undefined {
  const [language] = (tag ?? '').toLowerCase().split('-', 1);
  return /^[a-z]{2,3}(?:-[a-z\d]{1,8})*$/i.test(tag ?? '') && isLocale(language) ? language : undefined;
}

/**
 * The best match of `Accept-Language` among the supported languages (RFC 9110, section 12.5.4); `de-AT` matches `de`. A header
 * that is too long or cannot be parsed matches none.
 */
export function matchingLocale(acceptLanguage: string | undefined): Locale | undefined {
  if (acceptLanguage === undefined || acceptLanguage.length > ACCEPT_LANGUAGE_MAX_LENGTH) return undefined;
  const preferred = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).language([...LOCALES]);
  return isLocale(preferred) ? preferred : undefined;
}

/** The language of an answer: that of {@link matchingLocale}, or the default one. */
export function preferredLocale(acceptLanguage: string | undefined): Locale {
  return matchingLocale(acceptLanguage) ?? DEFAULT_LOCALE;
}

/** The direction in which a language is written, as HTML says it. */
export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(locale) ? 'rtl' : 'ltr';
}
