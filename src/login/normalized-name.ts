/**
 * The form in which usernames, e-mail addresses and common passwords are compared: without regard to case or
 * composition. PostgreSQL cannot hold a NUL, so one can be in nobody's name.
 */
export function normalizeName(name: string): string {
  return name.normalize('NFC').toLowerCase().replaceAll('\0', '\uFFFD');
}
