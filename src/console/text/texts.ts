import type { Locale } from '../../i18n/locales.js';
import { fillIn, type ValuesOf } from '../../i18n/message.js';
import { ar } from './ar.js';
import { de } from './de.js';
import { en, type TextKey, type Texts } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { ml } from './ml.js';

/** The texts of every language. */
export const TEXTS: Readonly<Record<Locale, Texts>> = { en, de, fr, es, ml, ar };

/** What each language calls itself, so that a reader of no other one finds it. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ml: 'മലയാളം',
  ar: 'العربية',
};

/** Gives a text of the console in one language, with the values of its placeholders. */
export type TextIn = <Key extends TextKey>(key: Key, ...values: ValuesOf<(typeof en)[Key], string | number>) => string;

export function textsIn(locale: Locale): TextIn {
  return (key, ...[values]) => (values === undefined ? TEXTS[locale][key] : fillIn(TEXTS[locale][key], locale, values));
}
