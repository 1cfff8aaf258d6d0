/** A Markdown table; the first column is text, the others are numbers. */
export function table(head, rows) {
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const UNKNOWN = '–';

/** Formats a number with three significant digits, or all integer digits. */
export function number(value) {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toPrecision(3);
}

/** Formats a ratio near one. */
export function share(ratio) {
  return Number.isFinite(ratio) ? ratio.toFixed(2) : UNKNOWN;
}

/** Formats a ratio far from one. */
export function times(ratio) {
  return Number.isFinite(ratio) ? `${number(ratio)}×` : UNKNOWN;
}

export function percent(value) {
  return Number.isFinite(value) ? `${Math.round(value * 100)} %` : UNKNOWN;
}
