import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import { VERSION } from '../../../config/version.js';
import { Readiness } from '../../../health/readiness.js';
import { RevocationFeed } from '../../../revocation/revocation-feed.js';
import type { View } from '../../page.js';
import { Note } from '../../parts/note.js';
import { Facts, Moment } from '../../parts/table.js';
import type { UserVisit } from '../../visit.js';

const DATABASES = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const;
const BYTES_PER_MEGABYTE = 2 ** 20;

/** Whether this process can serve, and what it runs on. It names no path: those are for who reads the log. */
@Injectable()
export class HealthPage {
  readonly path = '/health';
  readonly access = 'administrator';
  readonly navigation = 'health';

  constructor(
    private readonly readiness: Readiness,
    private readonly revocations: RevocationFeed,
    private readonly settings: Settings,
  ) {}

  async show(visit: UserVisit): Promise<View> {
    const { text } = visit;
    const parts = await this.readiness.parts();
    const hears = this.revocations.isUpToDate();
    const isWell = hears && Object.values(parts).every(Boolean);
    const answer = (is: boolean) => (is ? text('yes') : <strong>{text('no')}</strong>);
    const body = (
      <>
        <Note kind={isWell ? 'success' : 'warning'}>{text(isWell ? 'health_well' : 'health_unwell')}</Note>
        <Facts
          facts={[
            [text('health_database'), answer(parts.database)],
            [text('health_key'), answer(parts.signingKey)],
            [text('health_revocations'), answer(hears)],
            [text('health_start'), answer(parts.start)],
            [text('health_staying'), answer(parts.staying)],
          ]}
        />
        <section>
          <h2>{text('server')}</h2>
          <Facts
            facts={[
              [text('version'), VERSION],
              [text('node_version'), process.versions.node],
              [
                text('started'),
                <Moment key="started" visit={visit} at={new Date(Date.now() - process.uptime() * 1000)} />,
              ],
              [text('database'), DATABASES[this.settings.database.kind]],
              [text('workers'), this.settings.workers],
              [
                text('memory'),
                text('megabytes', { count: Math.round(process.memoryUsage.rss() / BYTES_PER_MEGABYTE) }),
              ],
            ]}
          />
        </section>
      </>
    );
    return { title: text('health'), body };
  }
}
