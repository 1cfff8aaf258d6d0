import { Injectable } from '@nestjs/common';
import { ListRunner } from '../database/statement-runner.js';

/** The most rows that are counted: some tenths of a second of a connection that nothing but lists waits for. */
const MAX_COUNTED = 1_000_000;

/** The rows that are counted, each as the condition of a table whose parameter is the present. */
const ROWS = {
  sessions: 'FROM session WHERE expires > $1 AND ended IS NULL',
  authHeaders: 'FROM auth_header WHERE expires IS NULL OR expires > $1',
  waitingMails: "FROM mail WHERE due > ''",
} as const;

/** How many rows there are; undefined for more than are counted. */
export type RowCounts = Readonly<Record<keyof typeof ROWS, number | undefined>>;

/** Counts rows. */
@Injectable()
export class RowCountRepository {
  constructor(private readonly lists: ListRunner) {}

  /** One count after the other: lists of users may come in between. */
  async count(): Promise<RowCounts> {
    return {
      sessions: await this.countOf('sessions'),
      authHeaders: await this.countOf('authHeaders'),
      waitingMails: await this.countOf('waitingMails'),
    };
  }

  private async countOf(what: keyof RowCounts): Promise<number | undefined> {
    const rows = ROWS[what];
    const sql = `SELECT COUNT(*) AS counted FROM (SELECT 1 ${rows} LIMIT ${MAX_COUNTED + 1}) AS some`;
    const [row] = await this.lists.queryPage(sql, rows.includes('$1') ? [new Date().toISOString()] : []);
    const counted = Number(row?.counted);
    return counted <= MAX_COUNTED ? counted : undefined;
  }
}
