import { Injectable } from '@nestjs/common';
import { ListRunner } from '../database/statement-runner.js';

/** What is counted: rows that are not `gone`, and how many are looked at for it at most. */
interface Counted {
  readonly rows: string;
  readonly max: number;
}

const NOW = '$1';

/** A session is looked up by its expiry, and its end is in the row: each costs a jump in the file. The others are in an index. */
const COUNTED = {
  sessions: { rows: `SELECT ended AS gone FROM session WHERE expires > ${NOW}`, max: 100_000 },
  authHeaders: { rows: 'SELECT NULL AS gone FROM auth_header', max: 1_000_000 },
  waitingMails: { rows: "SELECT NULL AS gone FROM mail WHERE due > ''", max: 100_000 },
} as const satisfies Readonly<Record<string, Counted>>;

/** How many rows there are; undefined where there are too many to count. */
export type RowCounts = Readonly<Record<keyof typeof COUNTED, number | undefined>>;

/** Counts rows. Each count takes some tenths of a second at most, of a connection that only lists wait for. */
@Injectable()
export class RowCountRepository {
  constructor(private readonly lists: ListRunner) {}

  /** One count after the other: lists of users may come in between. */
  async count(): Promise<RowCounts> {
    return {
      sessions: await this.countOf(COUNTED.sessions),
      authHeaders: await this.countOf(COUNTED.authHeaders),
      waitingMails: await this.countOf(COUNTED.waitingMails),
    };
  }

  private async countOf({ rows, max }: Counted): Promise<number | undefined> {
    const sql = `SELECT COUNT(*) AS seen, COUNT(CASE WHEN gone IS NULL THEN 1 END) AS counted
      FROM (${rows} LIMIT ${max + 1}) AS some_rows`;
    const [row] = await this.lists.queryPage(sql, rows.includes(NOW) ? [new Date().toISOString()] : []);
    return Number(row?.seen) <= max ? Number(row?.counted) : undefined;
  }
}
