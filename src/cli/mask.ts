import { replaceHidden } from '../i18n/visible-text.js';

/** Masks a line: a terminal would interpret or hide some characters, and the text may contain untrusted input. */
export function masked(line: string): string {
  return replaceHidden(line, () => '\uFFFD');
}

/** Masks each line of a text. */
export function maskedLines(text: string): string {
  return text.split('\n').map(masked).join('\n');
}

/**
 * A value as JSON. Characters are escaped in a way that leaves the parsed value unchanged.
 * @param indentation 0 for one line.
 */
export function maskedJson(value: unknown, indentation = 2): string {
  return JSON.stringify(value, undefined, indentation)
    .split('\n')
    .map((line) => replaceHidden(line, escaped))
    .join('\n');
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
