import { Injectable } from '@nestjs/common';
import { MINUTE_MS } from '../config/time.js';
import { MailDelivery } from '../mail/mail-delivery.js';
import { SigningKeys } from '../signing-keys/signing-keys.js';
import { Measures, only, type Reading } from './measures.js';
import { RowCountRepository, type RowCounts } from './row-counts.repository.js';

/** How old a count of rows gets before the next scrape has them counted again. */
const COUNTED_FOR_MS = 5 * MINUTE_MS;

/** What there is: sessions, auth headers, keys, mails. */
@Injectable()
export class StockMetrics {
  private counts: Partial<RowCounts> = {};
  private countedAtMs = -Infinity;

  constructor(
    measures: Measures,
    private readonly rows: RowCountRepository,
    keys: SigningKeys,
    delivery: MailDelivery,
  ) {
    const readRows = (name: string, help: string, what: keyof RowCounts): void => {
      measures.readGauge({ name, help }, [], () => only(this.latest()[what]), 'max');
    };
    readRows('personas_sessions_active', 'Sessions that have not ended, counted every five minutes', 'sessions');
    readRows('personas_auth_headers', 'Auth headers, also expired ones, counted every five minutes', 'authHeaders');
    readRows('personas_mails_waiting', 'Mails that wait to be sent, counted every five minutes', 'waitingMails');
    measures.readCounter(
      { name: 'personas_mails_total', help: 'Mails that this server has handed to the mail server, or given up' },
      ['outcome'],
      () => [
        { labels: { outcome: 'sent' }, value: delivery.counts.sent },
        { labels: { outcome: 'given_up' }, value: delivery.counts.givenUp },
      ],
    );
    measures.readGauge(
      {
        name: 'personas_signing_key_age_seconds',
        help: 'How long the key that signs, or the oldest other one, is in its state',
      },
      ['state'],
      () => agesOf(keys),
      'max',
    );
  }

  /** The counts of the last time. A scrape does not wait for the next ones. */
  private latest(): Partial<RowCounts> {
    if (performance.now() - this.countedAtMs >= COUNTED_FOR_MS) {
      this.countedAtMs = performance.now();
      this.rows.count().then(
        (counts) => {
          this.counts = counts;
        },
        () => {
          // Absent until the next time: a database in trouble is not asked for counts at each scrape.
          this.counts = {};
        },
      );
    }
    return this.counts;
  }
}

function agesOf(keys: SigningKeys): Reading<'state'>[] {
  const ages = new Map<string, number>();
  for (const { state, since } of keys.states()) {
    const seconds = (Date.now() - since.getTime()) / 1000;
    ages.set(state, Math.max(seconds, ages.get(state) ?? 0));
  }
  return [...ages].map(([state, value]) => ({ labels: { state }, value }));
}
