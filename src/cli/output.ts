import { replaceHidden } from '../i18n/visible-text.js';
import type { CommonOptions } from './options.js';

/** Prints a result: as JSON where it was asked for, else as lines for people. */
export function print({ json }: CommonOptions, result: unknown, lines: readonly string[]): void {
  const text = json === true ? maskedJson(result) : lines.map(masked).join('\n');
  process.stdout.write(`${text}\n`);
}

/** A text of several lines as a terminal may show it: what it would obey, and what it would hide, others may have written. */
export function maskedLines(text: string): string {
  return text.split('\n').map(masked).join('\n');
}

/** Rows under their headings, in columns as wide as they need. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [headings, ...rows].map((row) => row.map((cell) => cell || '-'));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function masked(line: string): string {
  return replaceHidden(line, () => '\uFFFD');
}

/** Means the same to whoever parses it. */
function maskedJson(result: unknown): string {
  return JSON.stringify(result, undefined, 2)
    .split('\n')
    .map((line) => replaceHidden(line, escaped))
    .join('\n');
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
