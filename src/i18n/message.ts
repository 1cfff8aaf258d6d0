import type { ValidationOptions } from 'class-validator';
import { IntlMessageFormat } from 'intl-messageformat';
import type { en, MessageKey } from './en.js';
import { DEFAULT_LOCALE, type Locale, TRANSLATIONS } from './locales.js';

/** A message to the caller, not translated yet. */
export interface Message {
  readonly key: MessageKey;
  /** The values of the placeholders; absent if there are none. */
  readonly values?: Readonly<Record<string, Value>>;
}

/** A message as a value is translated with the message that it is in. */
type Value = string | number | Message;

/** The placeholder names of a text: `min` and `max` of `must be {min} to {max}`, `days` of `{days, plural, one {# day} …}`. */
type Placeholder<Text> = Text extends `${string}{${infer Rest}` ? NameAt<Rest> | Placeholder<Rest> : never;
type NameAt<Text> = Text extends `${infer Inside}}${string}` ? Name<Inside> : never;
type Name<Inside> = Inside extends `${infer Before},${string}`
  ? Before
  : Inside extends `${string} ${string}`
    ? never
    : Inside;

/** The values of a text: one for each placeholder, and none for a text without. */
export type ValuesOf<Text extends string, Value> = [Placeholder<Text>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholder<Text>, Value>>];

type Values<Key extends MessageKey> = ValuesOf<(typeof en)[Key], Value>;

/** A message, with a value for each placeholder. */
export function message<Key extends MessageKey>(key: Key, ...[values]: Values<Key>): Message {
  return values === undefined ? { key } : { key, values };
}

/** Validation options that give a class-validator rule its message: `@IsString(messageKey('must_be_a_string'))`. */
export function messageKey<Key extends MessageKey>(key: Key, ...values: Values<Key>): ValidationOptions {
  return { message: key, context: message(key, ...values) };
}

export function textOf({ key, values }: Message, locale: Locale): string {
  const text = TRANSLATIONS[locale][key];
  if (values === undefined) return text;
  const texts = Object.entries(values).map(([name, value]) => {
    return [name, typeof value === 'object' ? textOf(value, locale) : value] as const;
  });
  return fillIn(text, locale, Object.fromEntries(texts));
}

/** The English text, for logs and the command line, which negotiate no language. */
export function toEnglish(message: Message): string {
  return textOf(message, DEFAULT_LOCALE);
}

const formats = new Map<string, IntlMessageFormat>();

/** A text with the values of its placeholders (ICU MessageFormat). Each text is parsed once, at its first use. */
export function fillIn(text: string, locale: Locale, values: Readonly<Record<string, string | number>>): string {
  const name = `${locale} ${text}`;
  let format = formats.get(name);
  if (format === undefined) {
    // Latin digits, also in Arabic, because readers copy numbers into programs.
    format = new IntlMessageFormat(text, `${locale}-u-nu-latn`, undefined, { ignoreTag: true });
    formats.set(name, format);
  }
  return format.format({ ...values }) as string;
}
