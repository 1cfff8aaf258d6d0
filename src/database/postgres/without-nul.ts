/**
 * PostgreSQL has no text with NUL. No stored text contains one, so that a text with another character in its place is as unknown
 * as the given one.
 */
export function withoutNul(values: readonly unknown[]): unknown[] {
  return values.map((value) => (typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value));
}
