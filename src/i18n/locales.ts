import Negotiator from 'negotiator';
import { ar } from './ar.js';
import { de } from './de.js';
import { en, type Messages } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { ml } from './ml.js';

/** Every language's texts, by the word that names it in a path and in `Accept-Language` (RFC 5646). */
export const TRANSLATIONS = { en, de, fr, es, ml, ar } as const satisfies Record<string, Messages>;

/** A language that is spoken. */
export type Locale = keyof typeof TRANSLATIONS;

export const LOCALES = Object.keys(TRANSLATIONS) as readonly Locale[];

/** The language of whoever asks for none, or for none that is spoken. */
export const DEFAULT_LOCALE = 'en' satisfies Locale;

/** A reader has a few languages; each costs a look at every one of ours. */
const ACCEPT_LANGUAGE_MAX_LENGTH = 500;

export function isLocale(word: string | undefined): word is Locale {
  return word !== undefined && Object.hasOwn(TRANSLATIONS, word);
}

/**
 * The language a reader likes best of those that are spoken (RFC 9110, section 12.5.4); `de-AT` will do with `de`. What
 * cannot be read, or goes on for too long, asks for none.
 */
export function preferredLocale(acceptLanguage: string | undefined): Locale {
  if (acceptLanguage === undefined || acceptLanguage.length > ACCEPT_LANGUAGE_MAX_LENGTH) return DEFAULT_LOCALE;
  const preferred = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).language([...LOCALES]);
  return isLocale(preferred) ? preferred : DEFAULT_LOCALE;
}
