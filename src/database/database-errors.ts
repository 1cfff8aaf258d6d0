/** The SQLite and Node error codes for a database that cannot serve a valid request now. */
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
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * The same of PostgreSQL (its manual, appendix A): lost connections (08), a demoted server and idle transactions (25), refused
 * logins (28, 3D), conflicts that lasted (40), full disks and too many connections (53), time-outs of locks and statements
 * (55P03, 57014), a server that stops or starts (57P), and errors of its disk (58).
 */
const UNAVAILABLE_STATE = /^(?:08...|25006|25P03|25P04|28...|3D000|40001|40003|40P01|53...|55P03|57014|57P..|58...)$/;

/** What PostgreSQL's driver says without a code. */
const LOST_CONNECTION =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|timeout expired|Client has encountered a connection error|Client was closed)/;

/** The codes of such errors in the log. */
const LOST = 'connection lost';
const MOVED = 'file deleted or replaced';

/** A write waited too long for earlier writers. */
export class DatabaseLockTimeout extends Error {
  constructor() {
    super('Waited too long for the database');
  }
}

/** The database could not be reached, or did not answer in time. What was sent last may have taken place. */
export class DatabaseUnreachable extends Error {
  constructor(override readonly cause?: unknown) {
    super('The database does not answer');
  }
}

/** The database's file is not at its path, or another one is. */
export class DatabaseMoved extends Error {
  constructor() {
    super('The database file was deleted or replaced');
  }
}

/** The code of an error of the database; undefined for any other error. TypeORM wraps only the errors of its own connection. */
export function databaseCodeOf(error: unknown): string | undefined {
  if (error instanceof DatabaseUnreachable) return codeOf(error.cause) ?? LOST;
  if (error instanceof DatabaseMoved) return MOVED;
  const { driverError } = (error ?? {}) as { driverError?: unknown };
  if (driverError !== undefined) return codeOf(driverError) ?? String(undefined);
  const code = codeOf(error);
  return code !== undefined && (code.startsWith('SQLITE_') || isUnavailableCode(code)) ? code : undefined;
}

/** Whether an error comes from the database, or from waiting for it. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof DatabaseLockTimeout || databaseCodeOf(error) !== undefined;
}

/** Whether an error means that the database cannot serve a valid request now. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseLockTimeout || error instanceof DatabaseUnreachable) return true;
  return isUnavailableCode(databaseCodeOf(error) ?? '');
}

/** What an operator does about a damaged file. */
export const RESTORE_REMEDY = 'restore a backup with personas database restore';

/** What an operator can do about an error of a start, or undefined. */
export function remedyFor(error: unknown): string | undefined {
  if (isDatabaseDamaged(error)) return RESTORE_REMEDY;
  return databaseCodeOf(error) === 'SQLITE_READONLY'
    ? "let the server's user write the file, its folder and its disk"
    : undefined;
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

/** The column of a unique constraint that a statement has violated, if the database names one. */
export function uniqueColumnOf(error: unknown): string | undefined {
  const { driverError } = (error ?? {}) as { driverError?: { message?: string; detail?: string } };
  const { message = '', detail = '' } = driverError ?? {};
  // PostgreSQL translates the words around the name, and SQLite does not.
  return (/UNIQUE constraint failed: \w+\.(\w+)/.exec(message) ?? /\(("?)(\w+)\1\)=/.exec(detail))?.at(-1);
}

function isUnavailableCode(code: string): boolean {
  return code === LOST || code === MOVED || UNAVAILABLE.has(code) || UNAVAILABLE_STATE.test(code);
}

function codeOf(error: unknown): string | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return typeof message === 'string' && LOST_CONNECTION.test(message) ? LOST : undefined;
}
