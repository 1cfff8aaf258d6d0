import { uniqueColumnOf } from '../database/database-errors.js';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';

const FIELDS: Readonly<Partial<Record<string, string>>> = { username_key: 'username', email_key: 'email' };

/** The refusal of a user whose name or e-mail address another has. @param violation of a unique constraint */
export function alreadyTaken(violation: unknown): ApiError {
  const field = FIELDS[uniqueColumnOf(violation) ?? ''];
  return new ApiError(
    'already_taken',
    field === undefined ? {} : { details: [{ field, message: message('is_taken') }] },
  );
}
