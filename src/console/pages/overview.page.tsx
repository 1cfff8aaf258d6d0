import { Injectable } from '@nestjs/common';
import { AuthHeaderService } from '../../authheader/authheader.service.js';
import { Settings } from '../../config/settings.js';
import { passwordExpirationOf } from '../../login/password-expiration.js';
import { SessionService } from '../../session/session.service.js';
import { SOON_DAYS } from '../parts/auth-header.js';
import { Note } from '../parts/note.js';
import { Facts, Moment } from '../parts/table.js';
import type { View } from '../page.js';
import type { UserVisit } from '../visit.js';

/** The first page: who is logged in, and what there is. */
@Injectable()
export class OverviewPage {
  readonly path = '';
  readonly access = 'user';
  readonly navigation = 'overview';

  constructor(
    private readonly sessions: SessionService,
    private readonly authHeaders: AuthHeaderService,
    private readonly settings: Settings,
  ) {}

  async show(visit: UserVisit): Promise<View> {
    const { text, visitor } = visit;
    const { user } = visitor.principal;
    const [sessions, authHeaders, ending] = await Promise.all([
      this.sessions.list(user.id, visit.page),
      this.authHeaders.list(visit.ownDelegation, undefined, visit.page),
      this.authHeaders.list(visit.ownDelegation, SOON_DAYS, visit.page),
    ]);
    const more = ({ nextCursor }: { readonly nextCursor?: string }) => (nextCursor === undefined ? '' : '+');
    const notice = visit.notice(['password_is_changed', 'email_sent', 'email_confirmed']);
    const body = (
      <>
        {notice !== undefined && <Note kind="success">{text(notice)}</Note>}
        <section>
          <h2>{text('your_details')}</h2>
          <Facts
            facts={[
              [text('username'), user.username],
              [
                text('email'),
                <span key="email" class="row-actions">
                  <bdi>{user.email}</bdi> <a href={visit.url('/email')}>{text('change_email')}</a>
                </span>,
              ],
              [text('roles'), user.roles.length === 0 ? text('none') : user.roles.join(', ')],
              [text('password_changed'), <Moment key="changed" visit={visit} at={user.passwordChanged} />],
              [
                text('password_ends'),
                <Moment key="ends" visit={visit} at={passwordExpirationOf(user, this.settings.passwordMaxAgeDays)} />,
              ],
            ]}
          />
        </section>
        <section>
          <h2>{text('this_session')}</h2>
          <Facts
            facts={[
              [text('session_began'), <Moment key="began" visit={visit} at={visitor.began} />],
              [text('session_ends'), <Moment key="end" visit={visit} at={visitor.ends} />],
              [text('address'), visit.origin.ip],
            ]}
          />
          <p>
            <a href={visit.url('/sessions')}>
              {text('sessions_open', { count: sessions.rows.length })}
              {more(sessions)}
            </a>
          </p>
        </section>
        <section>
          <h2>{text('auth_headers')}</h2>
          <p>
            <a href={visit.url('/authheaders')}>
              {text('auth_headers_held', { count: authHeaders.rows.length })}
              {more(authHeaders)}
            </a>
          </p>
          {ending.rows.length > 0 && (
            <p>
              <a href={visit.url('/authheaders?ending=soon')}>
                {text('auth_headers_ending', { count: ending.rows.length })}
                {more(ending)}
              </a>
            </p>
          )}
        </section>
      </>
    );
    return { title: text('welcome', { name: user.username }), body };
  }
}
