import { invalidFields } from '../errors/invalid-fields.js';
import { message } from '../i18n/message.js';

/**
 * Refuses a change of what a call does not change. A client may send it back as it is, but another value must not be lost in
 * silence.
 * @param isOther of each such field of a request, whether it has another value
 * @throws ApiError `invalid_fields`
 */
export function refuseOther(isOther: Readonly<Record<string, boolean>>): void {
  const fields = Object.keys(isOther).filter((field) => isOther[field]);
  if (fields.length === 0) return;
  throw invalidFields(fields.map((field) => ({ field, message: message('is_not_changed_here') })));
}
