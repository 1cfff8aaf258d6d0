import { Injectable } from '@nestjs/common';
import type { EventCount } from '../../../audit/audit-event.repository.js';
import type { AuditOutcome } from '../../../audit/audit-actions.js';
import { AuditService } from '../../../audit/audit.service.js';
import { type DailyUse } from '../../../auth/use-count.repository.js';
import { UseCounts } from '../../../auth/use-counts.js';
import { AuthHeaderUsage } from '../../../authheader/auth-header-usage.js';
import { DAY_MS } from '../../../config/time.js';
import type { View } from '../../page.js';
import { Chart } from '../../parts/chart.js';
import { Moment, Table } from '../../parts/table.js';
import type { UserVisit } from '../../visit.js';

const DAYS = 30;
const BUSY_DAYS = 7;
const UNUSED_DAYS = 90;
const UNUSED_LENGTH = 10;

/** How the server is used: the logins and the requests of a month, and which auth headers are busy, and which are unused. */
@Injectable()
export class FiguresPage {
  readonly path = '/figures';
  readonly access = 'administrator';
  readonly navigation = 'figures';

  constructor(
    private readonly audit: AuditService,
    private readonly uses: UseCounts,
    private readonly usage: AuthHeaderUsage,
  ) {}

  async show(visit: UserVisit): Promise<View> {
    const { text } = visit;
    const days = lastDays(DAYS);
    const from = days[0] ?? '';
    const events: (readonly EventCount[])[] = [];
    // One after the other: lists share a connection, and others wait for it.
    for (const day of days) events.push(await this.audit.countOn(day));
    const uses = await this.uses.listDaily(from);
    const logins = (outcome: AuditOutcome) =>
      events.map((counts) => counts.find((one) => one.action === 'login' && one.outcome === outcome)?.events ?? 0);
    const requests = (kind: DailyUse['kind']) =>
      days.map((day) => uses.find((use) => use.day === day && use.kind === kind)?.requests ?? 0);
    const body = (
      <>
        <p>{text('figures_text', { days: DAYS })}</p>
        <Chart
          visit={visit}
          id="logins"
          label={text('chart_logins')}
          explanation={text('chart_logins_text')}
          days={days}
          series={[
            { name: text('outcome_success'), values: logins('success') },
            { name: text('outcome_refused'), values: logins('refused') },
            { name: text('outcome_throttled'), values: logins('throttled') },
          ]}
        />
        <Chart
          visit={visit}
          id="uses"
          label={text('chart_uses')}
          explanation={`${text('chart_uses_text')} ${text('figures_delay')}`}
          days={days}
          series={[
            { name: text('jwts'), values: requests('jwt') },
            { name: text('auth_headers'), values: requests('auth-header') },
          ]}
        />
        {await this.busiest(visit)}
        {await this.unused(visit)}
      </>
    );
    return { title: text('figures'), body };
  }

  private async busiest(visit: UserVisit) {
    const { text } = visit;
    const rows = await this.uses.listBusiest(lastDays(BUSY_DAYS)[0] ?? '');
    const number = new Intl.NumberFormat(visit.locale, { numberingSystem: 'latn' });
    return (
      <section>
        <h2>{text('busiest')}</h2>
        <p>{text('busiest_text', { days: BUSY_DAYS })}</p>
        <Table
          label={text('busiest')}
          columns={[text('auth_header_name'), text('owner'), text('requests')]}
          rows={rows.map(({ id, name, userId, username, requests }) => ({
            key: id,
            cells: [
              <bdi key="name">{name}</bdi>,
              <a key="owner" href={visit.url('/users/show', { id: userId })}>
                <bdi>{username}</bdi>
              </a>,
              number.format(requests),
            ],
          }))}
          whenEmpty={text('no_requests')}
        />
      </section>
    );
  }

  private async unused(visit: UserVisit) {
    const { text } = visit;
    const before = new Date(Date.now() - UNUSED_DAYS * DAY_MS);
    const rows = await this.usage.listUnused(before, UNUSED_LENGTH);
    return (
      <section>
        <h2>{text('unused')}</h2>
        <p>{text('unused_text', { days: UNUSED_DAYS })}</p>
        <Table
          label={text('unused')}
          columns={[text('auth_header_name'), text('owner'), text('last_used'), text('added')]}
          rows={rows.map(({ id, name, user, lastUsed, created }) => ({
            key: id,
            cells: [
              <bdi key="name">{name}</bdi>,
              <a key="owner" href={visit.url('/users/show', { id: user.id })}>
                <bdi>{user.username}</bdi>
              </a>,
              <Moment key="used" visit={visit} at={lastUsed} />,
              <Moment key="created" visit={visit} at={created} />,
            ],
          }))}
          whenEmpty={text('no_unused')}
        />
      </section>
    );
  }
}

/** The dates of the last days in UTC, today last. */
function lastDays(days: number): string[] {
  const now = Date.now();
  return Array.from({ length: days }, (_, index) =>
    new Date(now - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}
