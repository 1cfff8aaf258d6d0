/** A Markdown table; the first column is text, the others are numbers. */
export function table(head, rows) {
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const UNKNOWN = '–';

/** A number with three significant digits, or all of its integer ones. */
export function number(value) {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toPrecision(3);
}

/** One number as a share of another. */
export function share(value, base) {
  return Number.isFinite(value / base) ? (value / base).toFixed(2) : UNKNOWN;
}

/** How many times one number is another. */
export function times(value, base) {
  return Number.isFinite(value / base) ? `${number(value / base)}×` : UNKNOWN;
}

export function percent(value) {
  return Number.isFinite(value) ? `${Math.round(value * 100)} %` : UNKNOWN;
}
