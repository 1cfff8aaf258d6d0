import { once } from 'node:events';
import { masked, maskedJson } from './mask.js';
import type { CommonOptions } from './options.js';
import { FinishedLine } from './output.js';
import { relativeTime } from './relative-time.js';
import { shortId } from './short-id.js';
import { padded, shortened, type Style, styled, type View, viewOf, widthOf } from './terminal.js';

const GAP = '  ';
const EMPTY = '-';

/** A column of a table for people. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string | undefined;
  /** On a terminal, a time is shown as it is from now, and of an id its end. */
  readonly kind?: 'time' | 'id';
  /** Whether a terminal shows it with `--wide` only. */
  readonly isWide?: true;
  readonly style?: (text: string) => Style | undefined;
}

export type Columns<Row> = readonly Column<Row>[];

type Pages<Row> = AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;

/**
 * Prints a list page by page: as a JSON array with `--json`, as a table that fits on a terminal, and else as lines whose cells
 * are separated by tabs. Memory holds one page, however long the list is.
 */
export async function printList<Row>(
  options: CommonOptions,
  pages: Pages<Row>,
  columns: Columns<Row>,
  view = viewOf(process.stdout, options),
): Promise<void> {
  for await (const text of options.json === true ? jsonOf(pages) : linesOf(pages, columns, view)) await write(text);
}

/** Prints a list that does not end: with `--json`, one object a line. */
export async function printStream<Row>(
  options: CommonOptions,
  pages: Pages<Row>,
  columns: Columns<Row>,
  view = viewOf(process.stdout, options),
): Promise<void> {
  for await (const text of options.json === true ? jsonLinesOf(pages) : linesOf(pages, columns, view))
    await write(text);
}

/** The lines of a short table: its headings, and a line for each row. */
export function table<Row>(
  columns: Columns<Row>,
  rows: readonly Row[],
  options: CommonOptions,
  view = viewOf(process.stdout, options),
): FinishedLine[] {
  return new Layout(columns, view).lines(rows).map((line) => new FinishedLine(line));
}

/** The same text as `JSON.stringify` with an indentation of two gives for the whole list. */
async function* jsonOf(pages: Pages<unknown>): AsyncGenerator<string> {
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

async function* jsonLinesOf(pages: Pages<unknown>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((row) => `${maskedJson(row, 0)}\n`).join('');
}

async function* linesOf<Row>(pages: Pages<Row>, columns: Columns<Row>, view: View): AsyncGenerator<string> {
  const layout = new Layout(columns, view);
  let isEmpty = true;
  for await (const page of pages) {
    isEmpty &&= page.length === 0;
    // A person sees no headings of nothing.
    if (isEmpty && view.columns !== undefined) continue;
    yield layout
      .lines(page)
      .map((line) => `${line}\n`)
      .join('');
  }
  if (isEmpty && view.columns !== undefined) yield 'Nothing found.\n';
}

/** Lays out a table whose rows come page by page. */
class Layout<Row> {
  private readonly shown: Columns<Row>;
  private readonly widths: number[];
  private hasHeadings = false;

  constructor(
    columns: Columns<Row>,
    private readonly view: View,
  ) {
    const showsAll = view.columns === undefined || view.isWide;
    this.shown = columns.filter(({ isWide }) => showsAll || isWide !== true);
    this.widths = this.shown.map(({ heading }) => heading.length);
  }

  /** The lines of some rows, after the headings if these are the first. */
  lines(rows: readonly Row[]): string[] {
    const cells = rows.map((row) => this.shown.map((column) => this.textOf(column, row)));
    const isMeasured = this.view.columns !== undefined;
    for (const row of isMeasured ? cells : []) {
      for (const [at, text] of row.entries()) this.widths[at] = Math.max(this.widths[at] ?? 0, widthOf(text));
    }
    const widths = this.fitted();
    const lines = cells.map((row) => this.line(row, widths, (at, text) => this.shown[at]?.style?.(text)));
    if (this.hasHeadings) return lines;
    this.hasHeadings = true;
    const headings = this.shown.map(({ heading }) => heading);
    return [this.line(headings, widths, () => 'bold'), ...lines];
  }

  /** Masked before it is measured: what a terminal obeys would take no cell. */
  private textOf({ cell, kind }: Column<Row>, row: Row): string {
    const text = cell(row) ?? '';
    if (text === '') return EMPTY;
    if (this.view.columns === undefined || this.view.isWide || kind === undefined) return masked(text);
    return kind === 'time' ? relativeTime(masked(text), this.view.nowMs) : shortId(masked(text));
  }

  /** The widths at which a line fits into the terminal: the widest columns give way. */
  private fitted(): number[] {
    const { columns, isWide } = this.view;
    const fitted = [...this.widths];
    if (columns === undefined || isWide) return fitted;
    let excess = fitted.reduce((sum, width) => sum + width, GAP.length * (fitted.length - 1)) - columns;
    for (; excess > 0; excess--) {
      const widest = Math.max(...fitted);
      if (widest <= 1) break;
      fitted[fitted.lastIndexOf(widest)] = widest - 1;
    }
    return fitted;
  }

  private line(
    texts: readonly string[],
    widths: readonly number[],
    styleOf: (at: number, text: string) => Style | undefined,
  ): string {
    const { view } = this;
    if (view.columns === undefined) return texts.join('\t');
    const cells = texts.map((text, at) => {
      const fitting = shortened(text, widths[at] ?? 0);
      // Nothing follows the last cell.
      const cell = at === texts.length - 1 ? fitting : padded(fitting, widths[at] ?? 0);
      return styled(cell, styleOf(at, text), view);
    });
    return cells.join(GAP);
  }
}

/** Writes to standard output, and waits for a slow reader, whose unread text would otherwise pile up in memory. */
export async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
