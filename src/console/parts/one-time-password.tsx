import type { User } from '../../database/entities/user.entity.js';
import type { View } from '../page.js';
import type { Visit } from '../visit.js';
import { Note } from './note.js';

/** A one-time password, once: it is in the page a single time, and no address leads here again. */
export function oneTimePasswordView(visit: Visit, user: Pick<User, 'id' | 'username'>, password: string): View {
  const { text } = visit;
  const body = (
    <>
      <Note kind="warning">
        <p>{text('hand_over_text')}</p>
      </Note>
      <pre class="secret" id="password" dir="ltr" tabIndex={0} role="group" aria-label={text('one_time_password')}>
        {password}
      </pre>
      <p class="buttons scripted">
        <button type="button" class="quiet" data-copies="password" data-copied={text('copied')}>
          {text('copy_password')}
        </button>
        <span role="status" id="announcement" class="unseen" />
      </p>
      <p class="buttons">
        <a class="button" href={visit.url('/users/show', { id: user.id })}>
          {text('to_user')}
        </a>
      </p>
    </>
  );
  return { title: text('one_time_password_for', { name: user.username }), body };
}
