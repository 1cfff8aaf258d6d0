import type { ValidationOptions } from 'class-validator';
import { IntlMessageFormat } from 'intl-messageformat';
import type { en, MessageKey } from './en.js';
import { DEFAULT_LOCALE, type Locale, TRANSLATIONS } from './locales.js';

/** Something to tell the caller, in whichever language they read. */
export interface Message {
  readonly key: MessageKey;
  /** What is filled in; absent where the text has nothing to fill in. */
  readonly values?: Readonly<Record<string, string | number>>;
}

/** The names in a text's braces: `min` and `max` of `must be {min} to {max}`, `days` of `{days, plural, one {# day} …}`. */
type Placeholder<Text> = Text extends `${string}{${infer Rest}` ? NameAt<Rest> | Placeholder<Rest> : never;
type NameAt<Text> = Text extends `${infer Inside}}${string}` ? Name<Inside> : never;
type Name<Inside> = Inside extends `${infer Before},${string}`
  ? Before
  : Inside extends `${string} ${string}`
    ? never
    : Inside;

type Values<Key extends MessageKey> = [Placeholder<(typeof en)[Key]>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholder<(typeof en)[Key]>, string | number>>];

/** A message, with a value for each name in its text. */
export function message<Key extends MessageKey>(key: Key, ...[values]: Values<Key>): Message {
  return values === undefined ? { key } : { key, values };
}

/** What a rule of class-validator says of a field that breaks it: `@IsString(otherwise('must_be_a_string'))`. */
export function otherwise<Key extends MessageKey>(key: Key, ...values: Values<Key>): ValidationOptions {
  return { message: key, context: message(key, ...values) };
}

export function textOf({ key, values }: Message, locale: Locale): string {
  return values === undefined ? TRANSLATIONS[locale][key] : (formatOf(key, locale).format(values) as string);
}

/** For logs, the command line and whoever else has no language to choose. */
export function inEnglish(told: Message): string {
  return textOf(told, DEFAULT_LOCALE);
}

const formats = new Map<string, IntlMessageFormat>();

/** Each is read once, when it is first needed. */
function formatOf(key: MessageKey, locale: Locale): IntlMessageFormat {
  const name = `${locale} ${key}`;
  let format = formats.get(name);
  if (format === undefined) {
    // Digits that can be copied into a program, in Arabic too.
    format = new IntlMessageFormat(TRANSLATIONS[locale][key], `${locale}-u-nu-latn`, undefined, { ignoreTag: true });
    formats.set(name, format);
  }
  return format;
}
