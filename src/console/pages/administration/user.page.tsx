import { Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import { AuthHeaderService } from '../../../authheader/authheader.service.js';
import { Settings } from '../../../config/settings.js';
import type { AuthHeader } from '../../../database/entities/auth-header.entity.js';
import type { Factor } from '../../../database/entities/factor.entity.js';
import type { Session } from '../../../database/entities/session.entity.js';
import type { User } from '../../../database/entities/user.entity.js';
import { FactorService } from '../../../factor/factor.service.js';
import { passwordExpirationOf } from '../../../login/password-expiration.js';
import { SessionService } from '../../../session/session.service.js';
import { UserService } from '../../../user/user.service.js';
import { deviceOf } from '../../device.js';
import type { View } from '../../page.js';
import { AuthHeaderName, AuthHeaderRights, End } from '../../parts/auth-header.js';
import { Note } from '../../parts/note.js';
import { Facts, Moment, NextPage, Table } from '../../parts/table.js';
import { Roles, UserState } from '../../parts/user-facts.js';
import { givenId } from '../../user-in.js';
import type { UserVisit } from '../../visit.js';
import { kindOf } from '../factors.page.js';
import { changesFor, USER_CHANGES_DONE } from './user-change.page.js';

/** One user, with their sessions and auth headers, and what can be done. */
@Injectable()
export class UserPage {
  readonly path = '/users/show';
  readonly access = 'administrator';
  readonly partOf = '/users';

  constructor(
    private readonly users: UserService,
    private readonly sessions: SessionService,
    private readonly authHeaders: AuthHeaderService,
    private readonly factors: FactorService,
    private readonly settings: Settings,
  ) {}

  async show(visit: UserVisit): Promise<View> {
    const { text } = visit;
    const user = await this.users.get(givenId(visit));
    const [sessions, authHeaders, factors] = await Promise.all([
      this.sessions.list(user.id, visit.pageOf('sessions')),
      this.authHeaders.listAll(user.id, undefined, visit.pageOf('authHeaders')),
      this.factors.list(user.id),
    ]);
    const notice = visit.notice(USER_CHANGES_DONE);
    const body = (
      <>
        {notice !== undefined && <Note kind="success">{text(notice)}</Note>}
        <UserFacts visit={visit} user={user} maxAgeDays={this.settings.passwordMaxAgeDays} />
        <Changes visit={visit} user={user} hasFactors={factors.length > 0} />
        {user.kind === 'person' && (
          <>
            <section>
              <h2>{text('sessions')}</h2>
              <Sessions visit={visit} user={user} sessions={sessions.rows} />
              <NextPage visit={visit} cursor={sessions.nextCursor} parameter="sessions" />
            </section>
            <section>
              <h2>{text('factors')}</h2>
              <Factors visit={visit} factors={factors} />
            </section>
          </>
        )}
        <section>
          <h2>{text('auth_headers')}</h2>
          {user.kind === 'service' && user.disabled === null && (
            <p class="buttons">
              <a class="button" href={visit.url('/authheaders/new', { userId: user.id })}>
                {text('add_auth_header')}
              </a>
            </p>
          )}
          <AuthHeaders visit={visit} user={user} authHeaders={authHeaders.rows} />
          <NextPage visit={visit} cursor={authHeaders.nextCursor} parameter="authHeaders" />
        </section>
      </>
    );
    return { title: user.username, body };
  }
}

interface OfUser {
  readonly visit: UserVisit;
  readonly user: User;
}

function UserFacts({ visit, user, maxAgeDays }: OfUser & { maxAgeDays: number }): VNode {
  const { text } = visit;
  const name = `${user.firstname} ${user.lastname}`.trim();
  const ofPerson = [
    [text('name_of_person'), name === '' ? text('none') : <bdi key="name">{name}</bdi>],
    [text('password_changed'), <Moment key="changed" visit={visit} at={user.passwordChanged} />],
    [text('password_ends'), <Moment key="ends" visit={visit} at={passwordExpirationOf(user, maxAgeDays)} />],
  ] as const;
  return (
    <Facts
      facts={[
        [text('kind'), text(user.kind === 'service' ? 'service_account' : 'person')],
        [text('email'), <bdi key="email">{user.email}</bdi>],
        [text('roles'), <Roles key="roles" visit={visit} user={user} />],
        [text('state'), <UserState key="state" visit={visit} user={user} maxAgeDays={maxAgeDays} />],
        [text('added'), <Moment key="added" visit={visit} at={user.created} />],
        ...(user.kind === 'person' ? ofPerson : []),
        ['ID', <code key="id">{user.id}</code>],
      ]}
    />
  );
}

function Changes({ visit, user, hasFactors }: OfUser & { hasFactors: boolean }): VNode {
  const { text } = visit;
  const { id } = user;
  return (
    <>
      <p class="buttons">
        <a class="button" href={visit.url('/users/edit', { id })}>
          {text('edit_user')}
        </a>
        {changesFor(user, hasFactors).map(({ change, label }) => (
          <a key={change} class="button quiet" href={visit.url('/users/change', { id, change })}>
            {text(label)}
          </a>
        ))}
      </p>
      <p class="row-actions">
        <a href={visit.url('/events', { userId: id })}>{text('what_user_did')}</a>
        <a href={visit.url('/events', { target: id })}>{text('what_happened_to_user')}</a>
      </p>
    </>
  );
}

function Sessions({ visit, user, sessions }: OfUser & { sessions: readonly Session[] }): VNode {
  const { text } = visit;
  return (
    <Table
      label={text('sessions')}
      columns={[text('device'), text('place'), text('since'), text('until'), text('actions')]}
      rows={sessions.map((session) => ({
        key: session.id,
        cells: [
          deviceOf(session.userAgent, text),
          <bdi key="ip">{session.ip}</bdi>,
          <Moment key="since" visit={visit} at={session.created} />,
          <Moment key="until" visit={visit} at={session.expires} />,
          <div key="actions" class="row-actions">
            <form method="post" action={visit.url('/users/end-session')}>
              <input type="hidden" name="id" value={user.id} />
              <input type="hidden" name="session" value={session.id} />
              <button class="danger" aria-label={`${text('end_session')}: ${deviceOf(session.userAgent, text)}`}>
                {text('end_session')}
              </button>
            </form>
            <EventsLink visit={visit} target={session.id} name={deviceOf(session.userAgent, text)} />
          </div>,
        ],
      }))}
      whenEmpty={text('no_sessions')}
    />
  );
}

function Factors({ visit, factors }: { visit: UserVisit; factors: readonly Factor[] }): VNode {
  const { text } = visit;
  return (
    <Table
      label={text('factors')}
      columns={[text('factor_name'), text('factor_kind'), text('added'), text('last_used')]}
      rows={factors.map((factor) => ({
        key: factor.id,
        cells: [
          <bdi key="name">{factor.name}</bdi>,
          kindOf(visit, factor),
          <Moment key="added" visit={visit} at={factor.created} />,
          <Moment key="used" visit={visit} at={factor.lastUsed} />,
        ],
      }))}
      whenEmpty={text('no_factors_of_user')}
    />
  );
}

function AuthHeaders({ visit, user, authHeaders }: OfUser & { authHeaders: readonly AuthHeader[] }): VNode {
  const { text } = visit;
  return (
    <Table
      label={text('auth_headers')}
      columns={[text('auth_header_name'), text('scopes'), text('last_used'), text('ends'), text('actions')]}
      rows={authHeaders.map((authHeader) => {
        const { id, name } = authHeader;
        return {
          key: id,
          cells: [
            <AuthHeaderName key="name" authHeader={authHeader} />,
            <AuthHeaderRights key="rights" visit={visit} authHeader={authHeader} />,
            <Moment key="used" visit={visit} at={authHeader.lastUsed} />,
            <End key="end" visit={visit} at={authHeader.expires} />,
            <div key="actions" class="row-actions">
              {user.kind === 'service' && (
                <a
                  href={visit.url('/authheaders/rotate', { id, userId: user.id })}
                  aria-label={`${text('rotate')}: ${name}`}
                >
                  {text('rotate')}
                </a>
              )}
              <a
                href={visit.url('/authheaders/revoke', { id, userId: user.id })}
                aria-label={`${text('revoke')}: ${name}`}
              >
                {text('revoke')}
              </a>
              <EventsLink visit={visit} target={id} name={name} />
            </div>,
          ],
        };
      })}
      whenEmpty={text('no_auth_headers_of_user')}
    />
  );
}

/** The way from a session or an auth header to its events. */
function EventsLink({ visit, target, name }: { visit: UserVisit; target: string; name: string }): VNode {
  return (
    <a href={visit.url('/events', { target })} aria-label={`${visit.text('its_events')}: ${name}`}>
      {visit.text('its_events')}
    </a>
  );
}
