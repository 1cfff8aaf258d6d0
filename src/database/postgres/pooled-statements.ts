import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import type { PoolClient, QueryConfig } from 'pg';
import { type DataSource, type ObjectLiteral, QueryFailedError } from 'typeorm';
import { databaseCodeOf, DatabaseUnreachable } from '../database-errors.js';
import { ListRunner } from '../statement-runner.js';
import { isConnectionUnfit } from './connection-errors.js';
import { withDeadline } from './deadline.js';
import { poolOf } from './pool.js';
import { PostgresConnection } from './postgres-connection.js';
import { withoutNul } from './without-nul.js';

/** How long a look-up may take. */
const LOOK_UP_LIMIT_MS = 5000;
/** How long a list over a whole table may take, and how many are read at once: the other connections remain for look-ups. */
const LIST_LIMIT_MS = 30_000;
const LISTS_AT_ONCE = 2;

/** A prepared statement no longer fits its tables, because their columns were changed. */
const OUTDATED_PLAN = '0A000';

const MAX_NAMES = 1000;
const NAME_LENGTH = 16;

/** Runs single statements on connections of the pool, each by itself. Frequent ones are prepared once for each connection. */
@Injectable()
export class PooledStatements extends ListRunner {
  private readonly names = new LRUCache<string, string>({ max: MAX_NAMES });
  protected readonly limitMs: number = LOOK_UP_LIMIT_MS;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly connection: PostgresConnection,
  ) {
    super();
  }

  async query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    const statement = { text: sql, values: withoutNul(values) };
    if (!this.connection.preparesStatements) return this.run(statement);
    try {
      return await this.run({ ...statement, name: this.nameOf(sql) });
    } catch (error) {
      if (databaseCodeOf(error) !== OUTDATED_PLAN) throw error;
      // Without the name: every other connection has the same plan.
      return this.run(statement);
    }
  }

  private async run(statement: QueryConfig): Promise<ObjectLiteral[]> {
    const client = await this.checkOut();
    let failure: unknown;
    try {
      const { rows } = await withDeadline(client.query<ObjectLiteral>(statement), this.limitMs);
      return rows;
    } catch (error) {
      failure = error instanceof Error && !(error instanceof DatabaseUnreachable) ? wrapped(statement, error) : error;
      throw failure;
    } finally {
      client.release(failure !== undefined && mustClose(failure));
    }
  }

  private async checkOut(): Promise<PoolClient> {
    try {
      return await poolOf(this.dataSource).connect();
    } catch (error) {
      throw new DatabaseUnreachable(error);
    }
  }

  /** Short, and never of another text: the driver refuses a name that stands for two texts. */
  private nameOf(sql: string): string {
    let name = this.names.get(sql);
    if (name === undefined) {
      name = createHash('sha256').update(sql).digest('base64url').slice(0, NAME_LENGTH);
      this.names.set(sql, name);
    }
    return name;
  }
}

/** Lists wait for each other, and not look-ups for them. */
@Injectable()
export class PooledLists extends PooledStatements {
  protected override readonly limitMs = LIST_LIMIT_MS;
  private readonly queue = new PQueue({ concurrency: LISTS_AT_ONCE });

  override query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    return this.queue.add(() => super.query(sql, values));
  }
}

/** As TypeORM reports it, so that its message, which can contain values, is not logged. */
function wrapped({ text, values = [] }: QueryConfig, error: Error): QueryFailedError {
  return new QueryFailedError(text, values, error);
}

function mustClose(failure: unknown): boolean {
  return isConnectionUnfit(failure) || databaseCodeOf(failure) === OUTDATED_PLAN;
}
