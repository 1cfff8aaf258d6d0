import type { AuthHeaderView } from '../../authheader/auth-header-views.js';
import type { View } from '../page.js';
import type { Visit } from '../visit.js';
import { CopyButton } from './copy-button.js';
import { Note } from './note.js';

/**
 * A new token, once: it is in the page a single time, within the command that tries it, and no address leads here again.
 * @param back the page of the list that the auth header is in
 */
export function tokenView(visit: Visit, { authHeader, token }: AuthHeaderView, back = '/authheaders'): View {
  const { text } = visit;
  const body = (
    <>
      <Note kind="warning">
        <p>{text('shown_once')}</p>
      </Note>
      <p>{text('try_it')}</p>
      <pre class="secret" id="command" dir="ltr" tabIndex={0} role="group" aria-label={text('token')}>
        {'TOKEN='}
        <span id="token">{token}</span>
        {`\ncurl --header "Authorization: Bearer $TOKEN" ${visit.parts.serverUrl}/user/me`}
      </pre>
      <p class="buttons scripted">
        <CopyButton visit={visit} of="token" label={text('copy_token')} />
        <CopyButton visit={visit} of="command" label={text('copy_command')} />
        <span role="status" id="announcement" class="unseen" />
      </p>
      <p class="buttons">
        <a class="button" href={visit.url(back)}>
          {text('to_auth_headers')}
        </a>
      </p>
    </>
  );
  return { title: text('auth_header_made', { name: authHeader.name }), body };
}
