import { replaceHidden } from '../i18n/visible-text.js';
import type { CommonOptions } from './options.js';

/** Prints a result: as JSON with `--json`, else as lines for people. */
export function print({ json }: CommonOptions, result: unknown, lines: readonly string[]): void {
  const text = json === true ? maskedJson(result) : lines.map(masked).join('\n');
  process.stdout.write(`${text}\n`);
}

/** Masks each line of a text: a terminal would interpret or hide some characters, and the text may contain untrusted input. */
export function maskedLines(text: string): string {
  return text.split('\n').map(masked).join('\n');
}

/** Formats rows under their headings, in aligned columns. */
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

/** Escapes characters in a way that leaves the parsed value unchanged. */
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
