/** How a language writes the values of JSON. */
export interface LiteralSyntax {
  readonly text: (value: string) => string;
  /** A key with what stands between it and its value. */
  readonly key: (name: string) => string;
  readonly nothing: string;
  readonly yes: string;
  readonly no: string;
  /** Between the braces of an object on one line, and what is in them. */
  readonly padding: '' | ' ';
  /** What one level is indented by. */
  readonly indent: string;
}

/** A literal stands on one line if it fits. */
const LINE_LENGTH = 80;

/** Writes a value in a language, as a person would; the lines after the first are indented to a level. */
export function writeLiteral(value: unknown, syntax: LiteralSyntax, level = 0): string {
  if (typeof value === 'string') return syntax.text(value);
  if (typeof value === 'boolean') return value ? syntax.yes : syntax.no;
  if (typeof value !== 'object') return JSON.stringify(value);
  if (value === null) return syntax.nothing;
  const write = (child: unknown): string => writeLiteral(child, syntax, level + 1);
  if (Array.isArray(value)) return enclose('[]', value.map(write), { ...syntax, padding: '' }, level);
  const entries = Object.entries(value).map(([name, child]) => `${syntax.key(name)}${write(child)}`);
  return enclose('{}', entries, syntax, level);
}

function enclose(
  [open = '', close = '']: string,
  parts: readonly string[],
  { padding, indent }: Pick<LiteralSyntax, 'padding' | 'indent'>,
  level: number,
): string {
  if (parts.length === 0) return open + close;
  const line = `${open}${padding}${parts.join(', ')}${padding}${close}`;
  if (line.length <= LINE_LENGTH && !line.includes('\n')) return line;
  const inner = indent.repeat(level + 1);
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent.repeat(level)}${close}`;
}
