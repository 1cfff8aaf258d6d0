import { Injectable } from '@nestjs/common';
import { AuditService } from '../../../audit/audit.service.js';
import { eventsAs } from '../../../audit/event-export.js';
import { filterIn } from '../../event-filter.js';
import type { Download } from '../../page.js';
import type { UserVisit } from '../../visit.js';

/** The events that match a filter, as a file. */
@Injectable()
export class ExportEventsPage {
  readonly path = '/events/export';
  readonly access = 'administrator';
  readonly partOf = '/events';

  constructor(private readonly audit: AuditService) {}

  async show(visit: UserVisit): Promise<Download> {
    const filter = await filterIn(visit);
    // The first page is read before the response begins, so that a filter that is refused is answered by a page.
    const first = await this.audit.list(filter, {});
    const events = this.audit.follow(filter, first);
    const day = new Date().toISOString().slice(0, 10);
    return visit.field('format') === 'csv'
      ? { fileName: `events-${day}.csv`, type: 'text/csv; charset=utf-8', content: eventsAs('csv', events) }
      : { fileName: `events-${day}.jsonl`, type: 'application/jsonl', content: eventsAs('jsonl', events) };
  }
}
