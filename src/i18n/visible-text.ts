/**
 * Characters that are invisible, that a terminal interprets, or that are blanks other than the space: controls, formats, line
 * ends, unpaired surrogates, private-use and default-ignorable characters, the blank of Braille, and U+FFFD, by which a decoder
 * replaces invalid bytes.
 */
const HIDDEN =
  '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Co}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}\\u2800\\ufffd]|(?! )\\p{Zs}';

/** The signs that remove the vowel of the consonant before them. A joiner after them chooses the shape. */
const VIRAMA =
  '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca\\u0f84\\u1039\\u103a\\u17d2\\u1b44\\u{11046}\\u{110b9}]';
const CURSIVE = '[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Nkoo}\\p{scx=Mong}]';
const PICTURE = '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]';

/**
 * The joiners where a script requires them: after a virama, as in Malayalam, and between cursive letters, as in Persian (RFC
 * 5892, appendix A.1 and A.2); and the characters that hold an emoji together.
 */
const JOINED = [
  `(?<=${VIRAMA})[\\u200c\\u200d]`,
  `(?<=${CURSIVE})\\u200c(?=${CURSIVE})`,
  `(?<=${PICTURE}\\ufe0f?)\\u200d(?=${PICTURE})`,
  `(?<=${PICTURE})\\ufe0f`,
].join('|');

const EACH = new RegExp(`(${JOINED})|${HIDDEN}`, 'gu');

/** Whether a text has no unpaired surrogate. Encoding replaces each by U+FFFD, so different texts would become equal. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Whether every character of a text is visible: a text with invisible characters could imitate another one. */
export function isVisible(text: string): boolean {
  return replaceHidden(text, () => '') === text;
}

/** @param mask returns the replacement of an invisible character. */
export function replaceHidden(text: string, mask: (character: string) => string): string {
  return text.replace(EACH, (character, joined?: string) => joined ?? mask(character));
}
