import type { ApiError } from '../../errors/api-error.js';
import { textOf } from '../../i18n/message.js';
import { statusOf } from '../complaints.js';
import type { View } from '../page.js';
import type { TextKey } from '../text/en.js';
import type { Visit } from '../visit.js';
import { Note } from './note.js';

function refusal(visit: Visit, status: number, title: TextKey, explanation: string): View {
  const body = (
    <>
      <Note kind="warning">
        <p>{explanation}</p>
      </Note>
      <p>
        <a href={visit.url('')}>{visit.text('overview')}</a>
      </p>
    </>
  );
  return { title: visit.text(title), body, status };
}

/** What went wrong, in the words of the API. */
export function failureView(visit: Visit, error: ApiError): View {
  const details = (error.details ?? []).map(({ field, message }) => `${field} ${textOf(message, visit.locale)}`.trim());
  const sentence = textOf(error.localized, visit.locale);
  return refusal(visit, statusOf(error), 'failed', [sentence, ...details].join(' '));
}

/** For a form that no page of the console has sent. */
export function foreignView(visit: Visit): View {
  return refusal(visit, 403, 'foreign_request', visit.text('foreign_request_text'));
}

export function noSuchPageView(visit: Visit): View {
  return refusal(visit, 404, 'no_such_page', visit.text('no_such_page_text'));
}

export function notForYouView(visit: Visit): View {
  return refusal(visit, 403, 'failed', visit.text('not_for_you'));
}

/** For a console that a production server offers over plain HTTP. */
export function needsHttpsView(visit: Visit): View {
  return refusal(visit, 403, 'needs_https', visit.text('needs_https_text'));
}
