import { ApiError } from '../errors/api-error.js';
import { textOf } from '../i18n/message.js';
import type { Complaints } from './parts/form.js';
import type { Answer, View } from './page.js';
import type { Visit } from './visit.js';

/** What an error says of a form, in the language of the visitor. */
export function complaintsOf(error: ApiError, { locale }: Visit): Complaints {
  const { details, localized } = error;
  if (details === undefined || details.length === 0) return { summary: textOf(localized, locale), fields: {} };
  return { fields: Object.fromEntries(details.map(({ field, message }) => [field, textOf(message, locale)])) };
}

/** The status of a page for an error. RFC 9110, section 15.5.2: a 401 names a challenge, and browsers know none for a form. */
export function statusOf({ status }: ApiError): number {
  return status === 401 ? 403 : status;
}

/**
 * Takes a form, and shows it again with what was wrong: nothing of what was typed is lost.
 * @param act takes the form. @throws what is no fault of the form, such as a session that has ended
 * @param again shows the form with complaints
 */
export async function orAgain(
  visit: Visit,
  act: () => Answer | Promise<Answer>,
  again: (complaints: Complaints) => View | Promise<View>,
): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500 || error.code === 'invalid_token') throw error;
    const view = await again(complaintsOf(error, visit));
    return { ...view, status: statusOf(error), isError: true };
  }
}
