/** The SQLite and PostgreSQL error codes for a temporarily unavailable database. */
const UNAVAILABLE = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_IOERR',
  'SQLITE_FULL',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_MISUSE',
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

/** Whether an error comes from the database, or from waiting for it. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof DatabaseLockTimeout || (error as { driverError?: unknown } | null)?.driverError !== undefined;
}

/** Whether an error means that the database is temporarily unavailable. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseLockTimeout) return true;
  const { driverError, code } = (error ?? {}) as { driverError?: { code?: string }; code?: string };
  return UNAVAILABLE.has(driverError?.code ?? code ?? '');
}

/** Whether an error is a violation of a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  const { driverError } = (error ?? {}) as { driverError?: { code?: string; message?: string } };
  if (driverError?.code === '23505') return true;
  return driverError?.code === 'SQLITE_CONSTRAINT' && (driverError.message ?? '').includes('UNIQUE');
}
