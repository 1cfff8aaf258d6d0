/** The SQLite and PostgreSQL error codes for a database that cannot serve a valid request now. */
const UNAVAILABLE = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_IOERR',
  'SQLITE_FULL',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_MISUSE',
  // A damaged file is restored by an operator, and the request was not at fault.
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  '57P01',
  '57P03',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
]);

/** A write waited too long for earlier writers. */
export class DatabaseLockTimeout extends Error {
  constructor() {
    super('Waited too long for the database');
  }
}

/** The code of an error of the database; undefined for any other error. TypeORM wraps only the errors of its own connection. */
export function databaseCodeOf(error: unknown): string | undefined {
  const { driverError, code } = (error ?? {}) as { driverError?: { code?: unknown }; code?: unknown };
  if (driverError !== undefined) return String(driverError.code);
  return typeof code === 'string' && (code.startsWith('SQLITE_') || UNAVAILABLE.has(code)) ? code : undefined;
}

/** Whether an error comes from the database, or from waiting for it. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof DatabaseLockTimeout || databaseCodeOf(error) !== undefined;
}

/** Whether an error means that the database cannot serve a valid request now. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return error instanceof DatabaseLockTimeout || UNAVAILABLE.has(databaseCodeOf(error) ?? '');
}

/** Whether an error means that the file is damaged or is no database, which no retry changes. */
export function isDatabaseDamaged(error: unknown): boolean {
  return ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(databaseCodeOf(error) ?? '');
}

/** An error for the log. The message of a database error is left out, because it can contain the statement and its values. */
export function describeWithoutValues(error: unknown): string {
  const code = databaseCodeOf(error);
  if (code !== undefined) return `database: ${code}`;
  return error instanceof Error ? error.name : typeof error;
}

/** Whether an error is a violation of a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  const { driverError } = (error ?? {}) as { driverError?: { code?: string; message?: string } };
  if (driverError?.code === '23505') return true;
  return driverError?.code === 'SQLITE_CONSTRAINT' && (driverError.message ?? '').includes('UNIQUE');
}
