import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { UseCount } from '../database/entities/use-count.entity.js';
import { BatchedDelete } from '../database/prepared/batched-delete.js';
import { PreparedSql } from '../database/prepared/prepared-sql.js';
import { ListRunner } from '../database/statement-runner.js';
import { Transactions } from '../database/transactions.js';

/** How many auth headers the list of the busiest has. */
const BUSIEST_LENGTH = 10;

const ADDITION = `INSERT INTO use_count (id, requests) VALUES ($1, $2)
  ON CONFLICT (id) DO UPDATE SET requests = use_count.requests + excluded.requests`;

/** How many requests a kind of credential was used for on a day. */
export interface DailyUse {
  /** The date in UTC. */
  readonly day: string;
  readonly kind: 'jwt' | 'auth-header';
  readonly requests: number;
}

/** An auth header with its owner, and the requests it was used for. */
export interface BusyAuthHeader {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly username: string;
  readonly requests: number;
}

/** The rows that count the uses of credentials. */
@Injectable()
export class UseCountRepository {
  private readonly daily: PreparedSql<'from'>;
  private readonly busiest: PreparedSql<'from'>;
  private readonly deletion: BatchedDelete<UseCount>;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    private readonly lists: ListRunner,
    private readonly transactions: Transactions,
  ) {
    this.daily = new PreparedSql(
      dataSource,
      `SELECT id, requests FROM use_count WHERE id >= :from AND substr(id, 12) IN ('jwt', 'auth-header') ORDER BY id`,
      ['from'],
    );
    // Sums first: the rows of an auth header that was deleted are passed over by the join.
    this.busiest = new PreparedSql(
      dataSource,
      `SELECT header.id AS id, header.name AS name, owner.id AS "userId", owner.username AS username, sums.requests AS requests
       FROM (SELECT substr(id, 12) AS subject, SUM(requests) AS requests FROM use_count WHERE id >= :from GROUP BY substr(id, 12)) AS sums
       INNER JOIN auth_header AS header ON header.id = sums.subject
       INNER JOIN "user" AS owner ON owner.id = header.user_id
       ORDER BY sums.requests DESC, header.id LIMIT ${BUSIEST_LENGTH}`,
      ['from'],
    );
    this.deletion = new BatchedDelete(dataSource, UseCount, 'id', 'id');
  }

  /** Adds to the counts of a day. @param counts of kinds and of ids of auth headers, in the order of their names. */
  async add(day: string, counts: readonly (readonly [subject: string, requests: number])[]): Promise<void> {
    await this.transactions.run(async (manager) => {
      for (const [subject, requests] of counts) await manager.query(ADDITION, [`${day} ${subject}`, requests]);
    });
  }

  /** The requests of each day since one, oldest first; a day without any is missing. @param from a date in UTC. */
  async listDaily(from: string): Promise<DailyUse[]> {
    const rows = (await this.lists.queryPage(this.daily.text, this.daily.values({ from }))) as UseCount[];
    return rows.map(({ id, requests }) => ({
      day: id.slice(0, 10),
      kind: id.slice(11) as DailyUse['kind'],
      requests,
    }));
  }

  /** The auth headers that were used most since a day, the busiest first. @param from a date in UTC. */
  async listBusiest(from: string): Promise<BusyAuthHeader[]> {
    return (await this.lists.queryPage(this.busiest.text, this.busiest.values({ from }))) as BusyAuthHeader[];
  }

  /** Deletes the counts of the days before that of a moment. */
  async deleteBefore(moment: Date, stopping?: AbortSignal): Promise<void> {
    // The text of a moment sorts after the ids of its own day.
    const endOfDayBefore = new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate()) - 1);
    await this.deletion.before(endOfDayBefore, stopping);
  }
}
