/**
 * PostgreSQL has no text with NUL. No stored text contains one, so that a text with another character in its place is as unknown
 * as the given one.
 */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
