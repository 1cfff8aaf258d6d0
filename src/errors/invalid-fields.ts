import { message, type Message } from '../i18n/message.js';
import { ApiError, type FieldError } from './api-error.js';
import { nearestWord } from './nearest-word.js';

/** How many fields an error names at most: an answer must not grow with what is wrong with a request. */
export const MAX_COMPLAINTS = 10;

/** The error that names the first of the fields that are wrong, and says where there are more. */
export function invalidFields(complaints: Iterable<FieldError>): ApiError {
  const details: FieldError[] = [];
  for (const complaint of complaints) {
    if (details.length === MAX_COMPLAINTS) {
      const text = message('more_fields_are_invalid', { max: MAX_COMPLAINTS });
      return new ApiError('invalid_fields', { details, message: text });
    }
    details.push(complaint);
  }
  return new ApiError('invalid_fields', { details });
}

/** @throws ApiError as {@link invalidFields}, if there is anything wrong. The search ends with the last field that is reported. */
export function refuseFields(complaints: Iterator<FieldError>): void {
  const found: FieldError[] = [];
  for (let next = complaints.next(); next.done !== true; next = complaints.next()) {
    found.push(next.value);
    if (found.length > MAX_COMPLAINTS) break;
  }
  if (found.length > 0) throw invalidFields(found);
}

/** The complaint about a field that is not among the known ones, with the one that was probably meant. */
export function unknownField(name: string, known: Iterable<string>): Message {
  const meant = nearestWord(name, known);
  return meant === undefined ? message('is_not_a_known_field') : message('is_not_a_known_field_near', { name: meant });
}
