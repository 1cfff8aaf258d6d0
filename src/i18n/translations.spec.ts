import { IntlMessageFormat } from 'intl-messageformat';
import { partsOf, placeholdersOf } from '../../test/support/placeholders.js';
import { en, type MessageKey } from './en.js';
import { LOCALES, TRANSLATIONS } from './locales.js';

const KEYS = Object.keys(en) as MessageKey[];
const OTHERS = LOCALES.filter((locale) => locale !== 'en');
const SCRIPTS: Partial<Record<string, RegExp>> = { ml: /\p{Script=Malayalam}/u, ar: /\p{Script=Arabic}/u };
/** The parts that stay the same in every language: numbers, examples and proper names. */
const UNTRANSLATED =
  /\d[\w:./-]*|(?:POST \/[\w/]+|Authorization: Bearer TOKEN|Content-Type: [\w/-]+)|\b(?:JSON|JWT|URL|ASCII|Accept|Link|X-API-Key|CORS_ORIGINS|true|false)\b/g;

function complaints(
  judge: (english: string, translated: string) => boolean,
  texts: Readonly<Record<MessageKey, string>>,
) {
  return KEYS.filter((key) => !judge(en[key], texts[key])).map((key) => `${key}: ${texts[key]}`);
}

describe.each(OTHERS)('The translation %s', (locale) => {
  const texts = TRANSLATIONS[locale];

  it('has every message, and no other', () => {
    expect(Object.keys(texts)).toEqual(KEYS);
  });

  it('has no message that is empty or English', () => {
    expect(complaints((english, text) => text.trim() === text && text !== '' && text !== english, texts)).toEqual([]);
  });

  it('uses its script, in NFC', () => {
    const script = SCRIPTS[locale] ?? /\p{Script=Latin}/u;
    expect(complaints((_, text) => script.test(text) && text === text.normalize('NFC'), texts)).toEqual([]);
  });

  it('has the same placeholders', () => {
    const same = (english: string, text: string) => placeholdersOf(english).join() === placeholdersOf(text).join();
    expect(complaints(same, texts)).toEqual([]);
  });

  it('keeps numbers, examples, names and the full stop', () => {
    const kept = (english: string, text: string) =>
      (english.match(UNTRANSLATED) ?? []).every((word) => text.includes(word)) &&
      english.endsWith('.') === text.endsWith('.');
    expect(complaints(kept, texts)).toEqual([]);
  });

  it('has every plural category of its grammar', () => {
    const rules = new Intl.PluralRules(locale);
    const needed = new Set(Array.from({ length: 1000 }, (_, count) => rules.select(count)));
    const counts = (text: string) =>
      partsOf(text).every(({ options }) => !options || [...needed].every((category) => category in options));
    expect(complaints((_, text) => counts(text), texts)).toEqual([]);
  });
});

describe('A message', () => {
  it.each(LOCALES)('without placeholders is its own text, in %s', (locale) => {
    const isPlain = (_: string, text: string) =>
      placeholdersOf(text).length > 0 || new IntlMessageFormat(text, locale).format() === text;
    expect(complaints(isPlain, TRANSLATIONS[locale])).toEqual([]);
  });
});
