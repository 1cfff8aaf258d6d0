import { once } from 'node:events';
import { maskedJson, masked } from './mask.js';
import type { CommonOptions } from './options.js';

/** The columns of a table for people. */
export interface Columns<Row> {
  readonly headings: readonly string[];
  readonly cells: (row: Row) => readonly string[];
}

/**
 * Prints a list page by page: as a JSON array with `--json`, else as a table. Memory holds one page, however long the list is.
 * The columns of a table are as wide as the longest cell so far.
 */
export async function printList<Row>(
  { json }: CommonOptions,
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  columns: Columns<Row>,
): Promise<void> {
  for await (const text of json === true ? jsonOf(pages) : linesOf(pages, columns)) await write(text);
}

/** The lines of a short table: its headings, and a line for each row. */
export function table<Row>({ headings, cells }: Columns<Row>, rows: readonly Row[]): string[] {
  return aligned([headings, ...rows.map(cells)], []);
}

/** The same text as `JSON.stringify` with an indentation of two gives for the whole list. */
async function* jsonOf(
  pages: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>,
): AsyncGenerator<string> {
  let isEmpty = true;
  for await (const page of pages) {
    if (page.length === 0) continue;
    // Without the brackets around it.
    const rows = maskedJson(page).slice(2, -2);
    yield `${isEmpty ? '[' : ','}\n${rows}`;
    isEmpty = false;
  }
  yield isEmpty ? '[]\n' : '\n]\n';
}

async function* linesOf<Row>(
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  { headings, cells }: Columns<Row>,
): AsyncGenerator<string> {
  const widths: number[] = [];
  let above: readonly (readonly string[])[] = [headings];
  for await (const page of pages) {
    yield maskedText(aligned([...above, ...page.map(cells)], widths));
    above = [];
  }
}

/** @param widths are widened for longer cells. */
function aligned(rows: readonly (readonly string[])[], widths: number[]): string[] {
  const shown = rows.map((row) => row.map((cell) => cell || '-'));
  for (const row of shown) {
    for (const [column, { length }] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, length);
  }
  return shown.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function maskedText(lines: readonly string[]): string {
  return lines.map((line) => `${masked(line)}\n`).join('');
}

/** Waits for a slow reader, whose unread text would otherwise pile up in memory. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
