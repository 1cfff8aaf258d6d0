import { preferredLocale } from './locales.js';

describe('The language of a reader', () => {
  it.each([
    ['de', 'de'],
    ['DE', 'de'],
    ['de-AT', 'de'],
    ['zh-Hant, ar-EG;q=0.5', 'ar'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['fr;q=0.1, es;q=0.2', 'es'],
    ['en;q=0.5, ml', 'ml'],
    ['fr; q=0.3 , en;q=0.2', 'fr'],
    ['*;q=0.1, fr', 'fr'],
    ['en;q=0, fr;q=0.001', 'fr'],
  ])('is, by %j, %s', (header, locale) => {
    expect(preferredLocale(header)).toBe(locale);
  });

  it.each([
    undefined,
    '',
    '*',
    'xx',
    'xx-YY, zz;q=0.5',
    'deu',
    'de;q=0',
    '*;q=0',
    ',,,',
    ';',
    ';q=1',
    'de;q=x',
    '-',
    'de_DE',
    '__proto__',
    'constructor',
    'toString, hasOwnProperty',
    '\u00e9\u0000',
    'x'.repeat(16_000),
    'de,'.repeat(5000),
  ])('is English by default, and for %j', (header) => {
    expect(preferredLocale(header)).toBe('en');
  });
});
