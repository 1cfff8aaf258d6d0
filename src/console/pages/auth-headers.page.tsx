import { Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import type { AuthHeaderSummary } from '../../authheader/auth-header.repository.js';
import { AuthHeaderService } from '../../authheader/authheader.service.js';
import { isExpired } from '../../config/time.js';
import type { View } from '../page.js';
import { AuthHeaderName, AuthHeaderRights, End, SOON_DAYS } from '../parts/auth-header.js';
import { Note } from '../parts/note.js';
import { Moment, NextPage, Table } from '../parts/table.js';
import type { UserVisit } from '../visit.js';

/** The user's auth headers. No page shows a token twice. */
@Injectable()
export class AuthHeadersPage {
  readonly path = '/authheaders';
  readonly access = 'user';
  readonly navigation = 'auth_headers';

  constructor(private readonly authHeaders: AuthHeaderService) {}

  async show(visit: UserVisit): Promise<View> {
    const { text } = visit;
    const isSoon = visit.field('ending') === 'soon';
    const days = isSoon ? SOON_DAYS : undefined;
    const { rows, nextCursor } = await this.authHeaders.list(visit.ownDelegation, days, visit.page);
    const notice = visit.notice(['auth_header_revoked', 'previous_token_revoked']);
    const body = (
      <>
        {notice !== undefined && <Note kind="success">{text(notice)}</Note>}
        <p>{text('auth_headers_text')}</p>
        <p class="buttons">
          <a class="button" href={visit.url('/authheaders/new')}>
            {text('add_auth_header')}
          </a>
          <a href={visit.url('/authheaders', { ending: isSoon ? undefined : 'soon' })}>
            {text(isSoon ? 'all_auth_headers' : 'ending_auth_headers')}
          </a>
        </p>
        <Table
          label={text('auth_headers')}
          columns={[text('auth_header_name'), text('scopes'), text('last_used'), text('ends'), text('actions')]}
          rows={rows.map(({ authHeader }) => ({
            key: authHeader.id,
            cells: [
              <AuthHeaderName key="name" authHeader={authHeader} />,
              <AuthHeaderRights key="rights" visit={visit} authHeader={authHeader} />,
              <Moment key="used" visit={visit} at={authHeader.lastUsed} />,
              <End key="end" visit={visit} at={authHeader.expires} />,
              <Actions key="actions" visit={visit} authHeader={authHeader} />,
            ],
          }))}
          whenEmpty={text(isSoon ? 'no_auth_headers_ending' : 'no_auth_headers')}
        />
        <NextPage visit={visit} cursor={nextCursor} />
      </>
    );
    return { title: text('auth_headers'), body };
  }
}

function Actions({ visit, authHeader }: { visit: UserVisit; authHeader: AuthHeaderSummary }): VNode {
  const { text } = visit;
  const { id, name, expires } = authHeader;
  return (
    <div class="row-actions">
      {!isExpired(expires) && (
        <a href={visit.url('/authheaders/rotate', { id })} aria-label={`${text('rotate')}: ${name}`}>
          {text('rotate')}
        </a>
      )}
      <a href={visit.url('/authheaders/revoke', { id })} aria-label={`${text('revoke')}: ${name}`}>
        {text('revoke')}
      </a>
    </div>
  );
}
