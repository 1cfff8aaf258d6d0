import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { databaseCodeOf, DatabaseUnreachable } from '../database-errors.js';
import { type RevocationPoll, type RevocationRow, RevocationSource } from '../revocation-source.js';
import { withDeadline } from '../deadline.js';
import { PostgresConnection } from './postgres-connection.js';
import { PostgresRevocationPosition } from './postgres-revocation-position.js';
import { MAX_ROWS, NO_SNAPSHOT, type PolledRow, pollStatement } from './revocation-poll.js';
import { readSnapshot, type Snapshot } from './snapshot.js';

/** How long a poll may take, so that another fits into the second before nothing is trusted. */
const POLL_LIMIT_MS = 500;
/** How long rows are remembered at least, less a margin. They are deleted after a day, by a clock of the database's users. */
const MEMORY_LIMIT_MS = 3_600_000;
/** A server that has no write-ahead log of its own, or lets nobody ask for it. */
const NO_TIMELINE = /^(?:0A000|42501|42883|55000)$/;

interface Cursor {
  /** It has to be the same at the poll before, or the difference of the snapshots tells nothing. */
  readonly history: string;
  readonly snapshot: Snapshot;
  readonly atMs: number;
}

/**
 * Reads the revocations that were committed between the snapshots of two polls. Neither ids nor times are in the order of the
 * commits on PostgreSQL. A transaction that stays open holds nothing up: its rows come once it is committed.
 *
 * It has a connection of its own, which the pool cannot exhaust, and asks the primary alone: a standby is behind.
 */
@Injectable()
export class PostgresRevocationSource extends RevocationSource {
  private client: pg.Client | undefined;
  private connectionId = '';
  private cursor: Cursor | undefined;
  private knowsTimeline = true;
  private isClosed = false;

  constructor(private readonly connection: PostgresConnection) {
    super();
  }

  async poll(): Promise<RevocationPoll> {
    const before = this.cursor;
    const client = await this.connected();
    const atMs = performance.now();
    const polled = await this.ask(client, before?.snapshot);
    const [state] = polled;
    if (state === undefined || state.isStandby) {
      this.cursor = undefined;
      this.disconnect(client);
      throw new DatabaseUnreachable();
    }
    // Without a timeline, a new connection may lead to another server, which has lost commits and used their numbers again.
    const history = `${state.epoch ?? ''}.${state.timeline ?? this.connectionId}`;
    const cursor = { history, snapshot: readSnapshot(state.snapshot), atMs };
    const rows = polled.filter(({ kind }) => kind !== null);
    const isComplete = before !== undefined && follows(cursor, before) && rows.length <= MAX_ROWS;
    this.cursor = cursor;
    const position = new PostgresRevocationPosition(history, cursor.snapshot);
    return { rows: isComplete ? rows.map(rowOf) : [], isComplete, position };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async ask(client: pg.Client, before: Snapshot = NO_SNAPSHOT): Promise<PolledRow[]> {
    const text = pollStatement(this.knowsTimeline);
    const values = [String(before.xmax), before.inProgress.map(String)];
    const name = this.connection.preparesStatements ? { name: this.knowsTimeline ? 'poll-timeline' : 'poll' } : {};
    try {
      const { rows } = await withDeadline(client.query<PolledRow>({ ...name, text, values }), POLL_LIMIT_MS);
      return rows;
    } catch (error) {
      if (this.knowsTimeline && NO_TIMELINE.test(codeOf(error))) this.knowsTimeline = false;
      this.disconnect(client);
      // As TypeORM reports it: the code is told, and the message, which can contain values, is not.
      throw error instanceof DatabaseUnreachable ? error : new QueryFailedError(text, values, error as Error);
    }
  }

  private async connected(): Promise<pg.Client> {
    this.refuseClosed();
    if (this.client !== undefined) return this.client;
    const client = new pg.Client(this.connection.parameters);
    // A connection that is lost between two polls.
    client.on('error', () => {
      this.disconnect(client);
    });
    try {
      await client.connect();
      this.refuseClosed();
    } catch (error) {
      this.disconnect(client);
      throw new DatabaseUnreachable(error);
    }
    this.client = client;
    this.connectionId = randomUUID();
    return client;
  }

  private refuseClosed(): void {
    if (this.isClosed) throw new DatabaseUnreachable();
  }

  /** Closes a connection, also in the middle of a statement. */
  private disconnect(client: pg.Client): void {
    if (this.client === client) this.client = undefined;
    client.end().catch(() => undefined);
  }
}

function follows(now: Cursor, before: Cursor): boolean {
  return (
    now.history === before.history &&
    now.snapshot.xmax >= before.snapshot.xmax &&
    now.atMs - before.atMs < MEMORY_LIMIT_MS
  );
}

function rowOf({ kind, userId, subjectId }: PolledRow): RevocationRow {
  return { kind: kind ?? '', userId, subjectId };
}

function codeOf(error: unknown): string {
  return databaseCodeOf({ driverError: error }) ?? '';
}
