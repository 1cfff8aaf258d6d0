import stringWidth from 'fast-string-truncated-width';
import { styleText } from 'node:util';

const ELLIPSIS = '…';
/** The width of a terminal that does not tell its own. */
const DEFAULT_COLUMNS = 80;

/** What is written in a colour or weight of its own on a terminal, and as it is elsewhere. */
export type Style = 'red' | 'yellow' | 'green' | 'bold';

const graphemes = new Intl.Segmenter();

/** What an output shows. */
export interface View {
  /** The width of the terminal, in cells. Undefined for a pipe or a file, which programs read. */
  readonly columns: number | undefined;
  readonly hasColors: boolean;
  /** Whether every column is shown, with whole ids and times. */
  readonly isWide: boolean;
  readonly nowMs: number;
}

/** What a stream shows. Node itself takes NO_COLOR, FORCE_COLOR and TERM into account. */
export function viewOf(stream: NodeJS.WriteStream, { wide = false }: { readonly wide?: boolean } = {}): View {
  const columns = stream.isTTY ? stream.columns || DEFAULT_COLUMNS : undefined;
  return { columns, hasColors: stream.isTTY && stream.hasColors(process.env), isWide: wide, nowMs: Date.now() };
}

export function styled(text: string, style: Style | undefined, { hasColors }: Pick<View, 'hasColors'>): string {
  return hasColors && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
}

/** How many cells of a terminal a text takes. Letters of East Asia and emoji take two. */
export function widthOf(text: string): number {
  return stringWidth(text).width;
}

/** Shortens a text to a number of cells. No character is cut from its accents. */
export function shortened(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (widthOf(kept + segment) + ELLIPSIS.length > cells) break;
    kept += segment;
  }
  return cells > 0 ? kept + ELLIPSIS : '';
}

export function padded(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - widthOf(text)));
}
