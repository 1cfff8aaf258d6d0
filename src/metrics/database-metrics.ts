import { Injectable } from '@nestjs/common';
import { type QueryEnd, queryEnd, writeEnd } from '../database/database-signals.js';
import { StatementRunner } from '../database/statement-runner.js';
import { WriteHealth } from '../database/write-health.js';
import type { DurationSeries } from './duration-histogram.js';
import { labelOf, Measures, only, WORK_BUCKETS } from './measures.js';

/** What the database takes, with the waits for it. */
@Injectable()
export class DatabaseMetrics {
  constructor(measures: Measures, statements: StatementRunner, writes: WriteHealth) {
    const queries = measures.histogram(
      { name: 'personas_database_query_duration_seconds', help: 'How long statements that read took, with their wait' },
      ['kind'],
      WORK_BUCKETS,
    );
    const ofKind: Readonly<Record<QueryEnd['kind'], DurationSeries<'kind'>>> = {
      'look-up': queries.series({ kind: labelOf('look-up') }),
      list: queries.series({ kind: labelOf('list') }),
    };
    queryEnd.watch(({ kind, durationMs }) => {
      ofKind[kind].observe(durationMs);
    });
    const changes = measures.durations(
      {
        name: 'personas_database_write_duration_seconds',
        help: 'How long changes took until they were committed or failed',
      },
      WORK_BUCKETS,
    );
    writeEnd.watch(({ durationMs }) => {
      changes.observe(durationMs);
    });
    measures.readGauge(
      {
        name: 'personas_database_writes_failing',
        help: 'Whether the last write failed for want of the database: 1 or 0',
      },
      [],
      () => only(Number(writes.record.isFailing)),
      'max',
    );
    measures.readGauge(
      { name: 'personas_database_connections', help: 'Connections of the pool to PostgreSQL' },
      ['state'],
      () => {
        const { used, idle } = statements.connections() ?? {};
        if (used === undefined || idle === undefined) return [];
        return [
          { labels: { state: 'used' }, value: used },
          { labels: { state: 'idle' }, value: idle },
        ];
      },
    );
    measures.readGauge(
      { name: 'personas_database_waiting', help: 'Statements that wait for a connection of the pool' },
      [],
      () => only(statements.connections()?.waiting),
    );
  }
}
