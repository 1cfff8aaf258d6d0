import { Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import { AuditService } from '../../../audit/audit.service.js';
import type { AuditEvent } from '../../../database/entities/audit-event.entity.js';
import type { Page } from '../../../database/paging.js';
import { deviceOf } from '../../device.js';
import { emptyFilter, type EventFilter, filterIn, givenFilter, type GivenFilter } from '../../event-filter.js';
import { orAgain } from '../../complaints.js';
import type { Answer, View } from '../../page.js';
import { EventFilterForm } from '../../parts/event-filter-form.js';
import type { Complaints } from '../../parts/form.js';
import { Moment, NextPage, Table } from '../../parts/table.js';
import type { UserVisit } from '../../visit.js';

/** What happened: the audit log. */
@Injectable()
export class EventsPage {
  readonly path = '/events';
  readonly access = 'administrator';
  readonly navigation = 'events';

  constructor(private readonly audit: AuditService) {}

  show(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => this.view(visit, await filterIn(visit)),
      (complaints) => this.view(visit, undefined, complaints),
    );
  }

  /** @param filter undefined for none that can be asked */
  private async view(visit: UserVisit, filter: EventFilter | undefined, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const given = givenFilter(visit);
    const page = filter === undefined ? undefined : await this.audit.list(filter, visit.page);
    const body = (
      <>
        <p>{text('events_text')}</p>
        <EventFilterForm visit={visit} complaints={complaints} given={given} />
        {page !== undefined && <Events visit={visit} given={given} page={page} />}
      </>
    );
    return { title: text('events'), body };
  }
}

function Events({ visit, given, page }: { visit: UserVisit; given: GivenFilter; page: Page<AuditEvent> }): VNode {
  const { text } = visit;
  return (
    <>
      {page.rows.length > 0 && (
        <p class="row-actions">
          <span>{text('export')}</span>
          <a href={visit.url('/events/export', { ...given, format: 'csv' })}>{text('export_csv')}</a>
          <a href={visit.url('/events/export', { ...given, format: 'jsonl' })}>{text('export_jsonl')}</a>
        </p>
      )}
      <Table
        label={text('events')}
        columns={[text('event_when'), text('event_what'), text('event_who'), text('event_where'), text('event_about')]}
        rows={page.rows.map((event) => ({ key: event.id, cells: cellsOf(visit, event) }))}
        whenEmpty={text('no_events')}
      />
      <NextPage visit={visit} cursor={page.nextCursor} />
    </>
  );
}

function cellsOf(visit: UserVisit, event: AuditEvent): VNode[] {
  return [
    <Moment key="at" visit={visit} at={event.at} />,
    <What key="what" visit={visit} event={event} />,
    <Who key="who" visit={visit} event={event} />,
    <Where key="where" visit={visit} event={event} />,
    <About key="about" visit={visit} event={event} />,
  ];
}

interface OfEvent {
  readonly visit: UserVisit;
  readonly event: AuditEvent;
}

/** The action in the words of the API, which are those of the export. */
function What({ visit, event: { action, outcome } }: OfEvent): VNode {
  return (
    <>
      <code dir="ltr">{action}</code>
      {(outcome === 'refused' || outcome === 'throttled') && (
        <>
          {' '}
          <span class="badge soon">{visit.text(`outcome_${outcome}`)}</span>
        </>
      )}
    </>
  );
}

function Who({ visit, event: { userId, username, credential } }: OfEvent): VNode {
  const { text } = visit;
  if (credential === 'server') return <>{text('the_server')}</>;
  if (credential === 'command-line' && username === '') return <>{text('the_command_line')}</>;
  const name = username === '' ? text('somebody') : <bdi>{username}</bdi>;
  return (
    <>
      {userId === null ? name : <a href={visit.url('/users/show', { id: userId })}>{name}</a>}
      <p class="hint">
        {credential === 'command-line' ? text('the_command_line') : <code dir="ltr">{credential}</code>}
      </p>
    </>
  );
}

function Where({ visit, event: { ip, userAgent } }: OfEvent): VNode {
  return (
    <>
      <bdi>{ip}</bdi>
      {userAgent !== '' && <p class="hint">{deviceOf(userAgent, visit.text)}</p>}
    </>
  );
}

function About({ visit, event: { target, detail } }: OfEvent): VNode {
  return (
    <>
      {target !== null && (
        <a
          href={visit.url('/events', { ...emptyFilter(), target })}
          aria-label={visit.text('what_it_is_about', { id: target })}
        >
          <code>{target.slice(-12)}</code>
        </a>
      )}
      {detail !== '' && (
        <p class="hint">
          <bdi>{detail}</bdi>
        </p>
      )}
    </>
  );
}
