import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { DAY_MS } from '../config/time.js';
import { RateLimitWindow } from '../database/entities/rate-limit-window.entity.js';
import { BatchedDelete } from '../database/prepared/batched-delete.js';
import { withReturning } from '../database/prepared/prepared-sql.js';
import { Transactions } from '../database/transactions.js';
import { type Lease, LEASED_PART } from './permits.js';
import type { RateLimit } from './rate-limit.js';

/** How much the clock of the database may be set back without a new count: statements arrive late, and a standby has another clock. */
const CLOCK_TOLERANCE_MS = 10_000;
/** How long a row is kept after its window. */
const RETENTION_MS = DAY_MS;

/** What a process asks for. */
export interface LeaseRequest {
  readonly authHeaderId: string;
  readonly rateLimit: RateLimit;
  /** How many requests wait. */
  readonly demand: number;
  /** How many to lease beyond that, if so many are left that it is only a part of them. */
  readonly surplus: number;
  /** The present by the clock of the database. */
  readonly nowMs: number;
}

// The later window counts: a process whose question was under way for long must not bring back a window that has ended.
const BEGINS = '(rate_limit_window.window_ends < excluded.window_ends OR rate_limit_window.window_ends > $6)';
const LEFT = '$4 - rate_limit_window.leased';
const LEASE = `CASE WHEN ${BEGINS} THEN excluded.leased
  WHEN ${LEFT} >= $7 THEN $8
  WHEN ${LEFT} >= excluded.leased THEN excluded.leased
  WHEN ${LEFT} > 0 THEN ${LEFT}
  ELSE 0 END`;

/** Leases nothing for an auth header that has another limit by now, or is gone. */
const LEASING = withReturning(
  `INSERT INTO rate_limit_window (id, window_ends, leased, last_lease)
   SELECT id, CAST($1 AS varchar(24)), CAST($2 AS integer), CAST($2 AS integer) FROM auth_header
     WHERE id = $3 AND request_limit = $4 AND limit_window_seconds = $5
   ON CONFLICT (id) DO UPDATE SET
     window_ends = CASE WHEN ${BEGINS} THEN excluded.window_ends ELSE rate_limit_window.window_ends END,
     leased = CASE WHEN ${BEGINS} THEN 0 ELSE rate_limit_window.leased END + ${LEASE},
     last_lease = ${LEASE}
   RETURNING window_ends, leased, last_lease`,
);

/** What a lease returns: columns. */
interface LeasedRow {
  readonly window_ends: string;
  readonly leased: number;
  readonly last_lease: number;
}

/** The rows by which all processes share the rate limits of auth headers. */
@Injectable()
export class RateLimitWindowRepository {
  private readonly endedDeletion: BatchedDelete<RateLimitWindow>;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {
    this.endedDeletion = new BatchedDelete(dataSource, RateLimitWindow, 'id', 'windowEnds');
  }

  /**
   * Leases permits, in one statement, so that processes lease one after another. Windows are aligned to 1970. Leases of many
   * auth headers at the begin of a minute share their commits.
   * @returns undefined if the auth header has another limit by now, or is gone.
   */
  async lease({ authHeaderId, rateLimit, demand, surplus, nowMs }: LeaseRequest): Promise<Lease | undefined> {
    const { limit, windowSeconds } = rateLimit;
    const windowMs = windowSeconds * 1000;
    const windowEnds = new Date((Math.floor(nowMs / windowMs) + 1) * windowMs);
    // A window that begins after this one was stored before the clock was set back.
    const latest = new Date(nowMs + CLOCK_TOLERANCE_MS + windowMs);
    const asked = Math.min(demand, limit);
    const values = [
      windowEnds.toISOString(),
      asked,
      authHeaderId,
      limit,
      windowSeconds,
      latest.toISOString(),
      asked + surplus * LEASED_PART,
      asked + surplus,
    ];
    const [row] = await this.transactions.runOne((manager) => manager.query<LeasedRow[]>(LEASING, values));
    if (row === undefined) return undefined;
    return { permits: row.last_lease, leasedOfAll: row.leased, endsMs: Date.parse(row.window_ends) };
  }

  /** Forgets what is leased of an auth header. @param manager of the transaction that changes its limit. */
  async delete(id: string, manager: EntityManager): Promise<void> {
    await manager.delete(RateLimitWindow, { id });
  }

  /** Deletes the rows whose window ended a day ago. @param witnessed the present as the pruning clock knows it. */
  async prune(witnessed: Date): Promise<void> {
    await this.endedDeletion.before(new Date(witnessed.getTime() - RETENTION_MS));
  }
}
