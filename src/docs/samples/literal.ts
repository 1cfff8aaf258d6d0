/** A value that a sample reads from an environment variable, so that no password stands in it. */
export class EnvironmentValue {
  constructor(readonly name: string) {}
}

/** The syntax of JSON values in a language. */
export interface LiteralSyntax {
  readonly text: (value: string) => string;
  /** A key with its separator. */
  readonly key: (name: string) => string;
  /** An expression that reads an environment variable. */
  readonly variable: (name: string) => string;
  readonly nothing: string;
  readonly yes: string;
  readonly no: string;
  /** The padding inside the braces of a one-line object. */
  readonly padding: '' | ' ';
  /** The indentation of one level. */
  readonly indent: string;
}

/** A literal up to this length stays on one line, so that no line is wider than the panel of a page of usual width. */
const LINE_LENGTH = 44;

/** Writes a value as an idiomatic literal of a language. Lines after the first are indented to the level. */
export function writeLiteral(value: unknown, syntax: LiteralSyntax, level = 0): string {
  if (typeof value === 'string') return syntax.text(value);
  if (typeof value === 'boolean') return value ? syntax.yes : syntax.no;
  if (typeof value !== 'object') return JSON.stringify(value);
  if (value === null) return syntax.nothing;
  if (value instanceof EnvironmentValue) return syntax.variable(value.name);
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

/** Whether a literal reads the environment. */
export function readsEnvironment(value: unknown): boolean {
  if (value instanceof EnvironmentValue) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(readsEnvironment);
}
