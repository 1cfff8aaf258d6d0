/** The anchor of what every call takes and answers. */
export const EVERY_CALL = 'every-call';

/** The anchor of an error's row in the reference. Links in answers and logs lead there. */
export function errorAnchor(code: string): string {
  return `error-${code}`;
}
