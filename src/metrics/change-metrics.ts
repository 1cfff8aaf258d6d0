import { Injectable } from '@nestjs/common';
import { auditRecorded } from '../audit/audit-signal.js';
import { RevocationFeed } from '../revocation/revocation-feed.js';
import { RevocationFollowers } from '../revocation/revocation-followers.js';
import { labelOf, Measures, only } from './measures.js';

/** What was changed and revoked, and how soon this process hears of what others revoke. */
@Injectable()
export class ChangeMetrics {
  constructor(measures: Measures, feed: RevocationFeed, followers: RevocationFollowers) {
    const events = measures.counter(
      { name: 'personas_audit_events_total', help: 'Events that this server has recorded in the audit' },
      ['action', 'outcome'],
    );
    const revocations = measures.counter(
      {
        name: 'personas_revocations_total',
        help: 'Changes of this server that have revoked or restricted credentials',
      },
      ['what'],
    );
    auditRecorded.watch(({ action, outcome, revokes }) => {
      events.inc({ action, outcome });
      if (revokes !== undefined) revocations.inc({ what: labelOf(revokes) });
    });
    measures.readGauge(
      {
        name: 'personas_revocation_feed_age_seconds',
        help: 'How old the knowledge of revocations is; absent while nobody asks, and before the first answer',
      },
      [],
      () => {
        const ageMs = feed.age();
        return only(feed.isActive && Number.isFinite(ageMs) ? ageMs / 1000 : undefined);
      },
      'max',
    );
    measures.readCounter(
      { name: 'personas_revocation_feed_failures_total', help: 'Polls for revocations that have failed' },
      [],
      () => only(feed.failures),
    );
    measures.readGauge(
      { name: 'personas_revocation_followers', help: 'Questions at GET /auth/revocations that wait for news' },
      [],
      () => only(followers.waiting),
    );
  }
}
