import { isUtf8 } from 'node:buffer';
import { ApiError } from '../errors/api-error.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { message } from '../i18n/message.js';

export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** How many parameters a form may have; the routes that take one know four. */
const MAX_PARAMETERS = 100;

/** The parameters of a form, each there once. */
export type Form = Readonly<Partial<Record<string, string>>>;

/**
 * Reads a form with one meaning (RFC 6749, appendix B). What is no UTF-8, encoded or not, is refused: a decoder replaces every
 * invalid sequence by the same character. So is a parameter that is there twice, because parsers disagree on which one counts.
 * @returns the error to answer if it cannot be read.
 */
export function readForm(bytes: Buffer): Form | ApiError {
  const text = bytes.toString();
  if (!isUtf8(bytes)) return new ApiError('malformed_request');
  const parameters = text.split('&').filter((parameter) => parameter !== '');
  if (parameters.length > MAX_PARAMETERS) {
    return invalidFields([{ field: '', message: message('holds_too_many_values') }]);
  }
  // Not an object, which has a `constructor` whether or not the sender says so.
  const form = new Map<string, string>();
  for (const parameter of parameters) {
    const equals = `${parameter}=`.indexOf('=');
    const name = decodeFormText(parameter.slice(0, equals));
    const value = decodeFormText(parameter.slice(equals + 1));
    if (name === undefined || value === undefined) return new ApiError('malformed_request');
    if (form.has(name)) return invalidFields([{ field: name, message: message('is_there_twice') }]);
    form.set(name, value);
  }
  return Object.assign(Object.create(null) as object, Object.fromEntries(form));
}

/** Decodes a name or a value of a form; undefined if it is not encoded properly. */
export function decodeFormText(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
