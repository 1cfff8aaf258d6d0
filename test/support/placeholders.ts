import { IntlMessageFormat } from 'intl-messageformat';

/** An element of a parsed text. `type` is a number of the parser. */
export interface Part {
  readonly type: number;
  readonly value?: string;
  readonly options?: Readonly<Record<string, { readonly value: readonly Part[] }>>;
}

const LITERAL = 0;

export const partsOf = (text: string): readonly Part[] => new IntlMessageFormat(text, 'en').getAst();

/** The placeholder names of a text (ICU MessageFormat), each once. */
export function placeholdersOf(text: string): string[] {
  const names = (parts: readonly Part[]): string[] =>
    parts.flatMap(({ type, value, options = {} }) => [
      ...(type === LITERAL || value === undefined ? [] : [value]),
      ...Object.values(options).flatMap((option) => names(option.value)),
    ]);
  return [...new Set(names(partsOf(text)))].sort();
}
