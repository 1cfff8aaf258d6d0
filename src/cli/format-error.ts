import { databaseCodeOf, isDatabaseDamaged, isDatabaseUnavailable } from '../database/database-errors.js';
import { DatabaseFault } from '../database/database-kind.js';
import { ApiError } from '../errors/api-error.js';
import { StartupError } from '../errors/startup-error.js';
import { toEnglish } from '../i18n/message.js';
import { SecretUnavailable, UnsealError } from '../crypto/sealing-errors.js';
import { RotationError } from '../signing-keys/rotation-error.js';
import { CommandError, UsageError } from './command-error.js';

/** A failure as `--json` prints it. */
export interface DescribedError {
  /** The code of the HTTP API, `wrong_usage`, or `failed` for everything else. */
  readonly code: string;
  /** Without a stack trace. */
  readonly message: string;
  /** The invalid fields, as the HTTP API names them. */
  readonly details?: readonly { readonly field: string; readonly message: string }[];
}

/** Describes a thrown value for programs. */
export function describeError(error: unknown): DescribedError {
  const message = formatError(error);
  if (error instanceof UsageError) return { code: 'wrong_usage', message };
  if (!(error instanceof ApiError)) return { code: isDatabaseUnavailable(error) ? 'unavailable' : 'failed', message };
  const details = error.details?.map((detail) => ({ field: detail.field, message: toEnglish(detail.message) }));
  return { code: error.code, message, ...(details && { details }) };
}

/** Formats a thrown value in one line without a stack trace. */
export function formatError(error: unknown): string {
  if (error instanceof SecretUnavailable) return error.reason;
  if (error instanceof ApiError) {
    const details = error.details?.map(({ field, message }) => `The ${field} ${toEnglish(message)}.`);
    return details?.join(' ') ?? error.message;
  }
  if ([StartupError, RotationError, CommandError, DatabaseFault].some((kind) => error instanceof kind))
    return (error as Error).message;
  if (error instanceof UnsealError) return 'SECRET_KEY is not the secret this database was sealed with';
  if (isDatabaseDamaged(error)) return 'The database is damaged; run doctor';
  if (isDatabaseUnavailable(error))
    return `The database is unavailable (${databaseCodeOf(error) ?? 'busy'}); try again`;
  return `Failed: ${String(error).split('\n', 1)[0]}`;
}
