import type { CommonOptions } from './options.js';

// eslint-disable-next-line no-control-regex -- a terminal interprets control characters, and these names are untrusted input
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Prints a result: as JSON with `--json`, else as lines for people. */
export function print({ json }: CommonOptions, result: unknown, lines: readonly string[]): void {
  const text = json === true ? JSON.stringify(result, undefined, 2) : lines.join('\n');
  process.stdout.write(`${text}\n`);
}

/** Formats rows under their headings, in aligned columns. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [headings, ...rows].map((row) => row.map((cell) => cell.replace(CONTROL_CHARACTERS, '\uFFFD') || '-'));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
