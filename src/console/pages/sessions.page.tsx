import { Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import type { Session } from '../../database/entities/session.entity.js';
import { SessionService } from '../../session/session.service.js';
import { deviceOf } from '../device.js';
import type { View } from '../page.js';
import { Note } from '../parts/note.js';
import { Moment, NextPage, Table } from '../parts/table.js';
import type { UserVisit } from '../visit.js';

/** Where a user is logged in. */
@Injectable()
export class SessionsPage {
  readonly path = '/sessions';
  readonly access = 'user';
  readonly navigation = 'sessions';

  constructor(private readonly sessions: SessionService) {}

  async show(visit: UserVisit): Promise<View> {
    const { text } = visit;
    const { rows, nextCursor } = await this.sessions.list(visit.principal.userId, visit.page);
    const notice = visit.notice(['session_ended', 'other_sessions_ended']);
    const body = (
      <>
        {notice !== undefined && <Note kind="success">{text(notice)}</Note>}
        <p>{text('sessions_text')}</p>
        <Table
          label={text('sessions')}
          columns={[text('device'), text('place'), text('since'), text('until'), text('actions')]}
          rows={rows.map((session) => ({
            key: session.id,
            cells: [
              deviceOf(session.userAgent, text),
              <bdi key="ip">{session.ip}</bdi>,
              <Moment key="since" visit={visit} at={session.created} />,
              <Moment key="until" visit={visit} at={session.expires} />,
              <Ending key="end" visit={visit} session={session} />,
            ],
          }))}
          whenEmpty={text('none')}
        />
        <NextPage visit={visit} cursor={nextCursor} />
        {rows.length > 1 && (
          <form method="post" action={visit.url('/sessions/end-others')}>
            <button class="danger">{text('end_other_sessions')}</button>
          </form>
        )}
      </>
    );
    return { title: text('sessions'), body };
  }
}

function Ending({ visit, session }: { visit: UserVisit; session: Session }): VNode {
  const { text, visitor } = visit;
  if (session.id === visitor.sessionId) return <strong>{text('current_session')}</strong>;
  const device = deviceOf(session.userAgent, text);
  return (
    <form method="post" action={visit.url('/sessions/end')}>
      <input type="hidden" name="id" value={session.id} />
      <button class="danger" aria-label={`${text('end_session')}: ${device}`}>
        {text('end_session')}
      </button>
    </form>
  );
}
