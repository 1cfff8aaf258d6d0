import { isDatabaseUnavailable } from '../database/database-errors.js';
import { ApiError } from '../errors/api-error.js';
import { StartError } from '../errors/start-error.js';
import { inEnglish } from '../i18n/message.js';
import { SealBroken } from '../crypto/sealer.js';
import { RotationRefused } from '../signing-keys/rotation-refused.js';
import { Refusal } from './refusal.js';

/** What was thrown, in one line without a stack. */
export function lineOf(error: unknown): string {
  if (error instanceof ApiError) {
    const details = error.details?.map(({ field, message }) => `The ${field} ${inEnglish(message)}.`);
    return details?.join(' ') ?? error.message;
  }
  if ([StartError, RotationRefused, Refusal].some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof SealBroken) return 'SECRET_KEY is not the secret this database was sealed with';
  if (isDatabaseUnavailable(error)) return 'The database cannot be written just now; try again';
  return `Failed: ${String(error).split('\n', 1)[0]}`;
}
