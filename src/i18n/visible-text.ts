/**
 * What is invisible, obeyed by a terminal, or a blank that is not the space: controls, formats and line ends, halves of surrogate
 * pairs, private use, what Unicode has ignored by default, the one blank of Braille, and what a decoder puts in the place of bytes
 * that it cannot read.
 */
const HIDDEN =
  '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Co}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}\\u2800\\ufffd]|(?! )\\p{Zs}';

/** The signs that say of the consonant before them that no vowel follows, which a joiner then shapes. */
const VIRAMA =
  '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca\\u0f84\\u1039\\u103a\\u17d2\\u1b44\\u{11046}\\u{110b9}]';
const CURSIVE = '[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Nkoo}\\p{scx=Mong}]';
const PICTURE = '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]';

/**
 * The joiners where they are part of the writing: behind a virama, as Malayalam and its neighbours need them, and between cursive
 * letters, as Persian does (RFC 5892, appendix A.1 and A.2); and what holds an emoji together.
 */
const JOINED = [
  `(?<=${VIRAMA})[\\u200c\\u200d]`,
  `(?<=${CURSIVE})\\u200c(?=${CURSIVE})`,
  `(?<=${PICTURE}\\ufe0f?)\\u200d(?=${PICTURE})`,
  `(?<=${PICTURE})\\ufe0f`,
].join('|');

const EACH = new RegExp(`(${JOINED})|${HIDDEN}`, 'gu');

/** Whether every surrogate of a text has its other half; what has not is kept and hashed as U+FFFD, like any other such text. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Whether a reader sees every character of a text: of two that look alike, one could stand for the other. */
export function isVisible(text: string): boolean {
  return replaceHidden(text, () => '') === text;
}

/** @param mask what to show in the place of a character that a reader does not see. */
export function replaceHidden(text: string, mask: (character: string) => string): string {
  return text.replace(EACH, (character, joined?: string) => joined ?? mask(character));
}
