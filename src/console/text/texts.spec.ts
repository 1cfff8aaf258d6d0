import { type Part, partsOf, placeholdersOf } from '../../../test/support/placeholders.js';
import { LOCALES } from '../../i18n/locales.js';
import { en, type TextKey } from './en.js';
import { TEXTS, textsIn } from './texts.js';

const KEYS = Object.keys(en) as TextKey[];
const OTHERS = LOCALES.filter((locale) => locale !== 'en');
const SCRIPTS: Partial<Record<string, RegExp>> = { ml: /\p{Script=Malayalam}/u, ar: /\p{Script=Arabic}/u };
/** Names, and texts that consist of a placeholder and a name. */
const NAMES: readonly TextKey[] = ['product', 'utc', 'requests_in'];

describe.each(OTHERS)('The console in %s', (locale) => {
  const texts = TEXTS[locale];
  const rest = KEYS.filter((key) => !NAMES.includes(key));

  it('has no text that is empty, and each in its script, in NFC', () => {
    const script = SCRIPTS[locale] ?? /\p{Script=Latin}/u;
    const wrong = rest.filter((key) => {
      const text = texts[key];
      return text.trim() !== text || !script.test(text) || text !== text.normalize('NFC');
    });
    expect(wrong).toEqual([]);
  });

  it('has no English sentence', () => {
    expect(rest.filter((key) => texts[key] === en[key] && en[key].split(' ').length > 3)).toEqual([]);
  });

  it('has the same placeholders', () => {
    const wrong = KEYS.filter((key) => placeholdersOf(texts[key]).join() !== placeholdersOf(en[key]).join());
    expect(wrong).toEqual([]);
  });

  it('has every form of the plural that the language needs', () => {
    const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
    // `many` is for millions in Romance languages, and `=0` stands for `zero`.
    const needed = pluralCategories.filter((form) => form !== 'many' || locale === 'ar');
    const has = (options: NonNullable<Part['options']>, form: string): boolean =>
      form in options || (form === 'zero' && '=0' in options);
    const wrong = KEYS.filter((key) =>
      partsOf(texts[key]).some(({ options }) => options && !needed.every((form) => has(options, form))),
    );
    expect(wrong).toEqual([]);
  });
});

describe('A text', () => {
  it('is filled in with Latin digits, which readers copy into programs', () => {
    expect(textsIn('ar')('new_password_hint', { count: 15 })).toContain('15');
    expect(textsIn('de')('requests_in', { limit: 1000, seconds: 60 })).toBe('1.000 in 60 s');
  });
});
