import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { dialectOf } from '../database/dialect-of.js';
import { Mail } from '../database/entities/mail.entity.js';
import { BatchedDelete } from '../database/prepared/batched-delete.js';
import { PreparedReturning, PreparedUpdate } from '../database/prepared/prepared-change.js';
import { StatementRunner } from '../database/statement-runner.js';
import { Transactions } from '../database/transactions.js';

/** A mail that one attempt has taken for itself. */
export interface LeasedMail {
  readonly id: string;
  readonly lease: string;
  readonly sealed: string;
  readonly created: Date;
  /** This attempt counts too. */
  readonly attempts: number;
  readonly expires: Date;
}

/** Columns. */
interface LeasedRow {
  readonly id: string;
  readonly sealed_content: string;
  readonly created: string;
  readonly attempts: number;
  readonly expires: string;
}

/** A mail that is to be queued. */
export type NewMail = Pick<Mail, 'id' | 'created' | 'sealedContent' | 'subjectKey' | 'expires'>;

/** Due at once, whatever the clock of the process that queues says. */
const AT_ONCE = new Date(0).toISOString();
const INSERTION = `INSERT INTO mail (id, created, sealed_content, subject_key, attempts, due, expires)
  VALUES ($1, $2, $3, $4, 0, '${AT_ONCE}', $5) ON CONFLICT (subject_key) DO NOTHING`;
const ANY_DUE = 'SELECT id FROM mail WHERE due <= $1 LIMIT 1';

/** What ends an attempt, or keeps it alive. */
type Outcome = 'extended' | 'released' | 'finished';

/** The queue of mails. Moments are those of the database's clock, which all processes share. */
@Injectable()
export class MailRepository {
  private readonly claiming: PreparedReturning<LeasedRow, 'lease' | 'leaseEnds' | 'now'>;
  private readonly changes: Readonly<Record<Outcome, PreparedUpdate<'moment' | 'id' | 'lease'>>>;
  private readonly finishedDeletion: BatchedDelete<Mail>;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    private readonly statements: StatementRunner,
    private readonly transactions: Transactions,
  ) {
    const update = () => dataSource.getRepository(Mail).createQueryBuilder().update();
    const next = `SELECT id FROM mail WHERE due <= :now ORDER BY due, id LIMIT 1${dialectOf(dataSource).lockingFreeRows}`;
    const claiming = update()
      .set({ lease: () => ':lease', due: () => ':leaseEnds', attempts: () => 'attempts + 1' })
      .where(`id IN (${next})`);
    const columns = ['id', 'sealed_content', 'created', 'attempts', 'expires'] as const;
    this.claiming = new PreparedReturning(claiming, columns, ['lease', 'leaseEnds', 'now']);
    const change = (columnsToSet: Parameters<ReturnType<typeof update>['set']>[0]) =>
      new PreparedUpdate(update().set(columnsToSet).where('id = :id AND lease = :lease'), ['moment', 'id', 'lease']);
    const [moment, none] = [() => ':moment', () => 'NULL'];
    this.changes = {
      extended: change({ due: moment }),
      released: change({ due: moment, lease: none }),
      finished: change({ finished: moment, due: none, lease: none, sealedContent: none }),
    };
    this.finishedDeletion = new BatchedDelete(dataSource, Mail, 'id', 'finished');
  }

  /** Queues a mail, unless there is one about the same. @param manager of the transaction of what it tells of. */
  async insert({ id, created, sealedContent, subjectKey, expires }: NewMail, manager: EntityManager): Promise<void> {
    const values = [id, created.toISOString(), sealedContent, subjectKey, expires.toISOString()];
    await manager.query(INSERTION, values);
  }

  /** Whether a mail is due: a look that costs no write. */
  async isAnyDue(now: Date): Promise<boolean> {
    return (await this.statements.query(ANY_DUE, [now.toISOString()])).length > 0;
  }

  /** Takes the mail that has been due for longest, until the lease ends. Two processes get different ones. */
  async claim(lease: string, now: Date, leaseEnds: Date): Promise<LeasedMail | undefined> {
    const of = { lease, leaseEnds: leaseEnds.toISOString(), now: now.toISOString() };
    const [row] = await this.transactions.runOne((manager) => this.claiming.execute(manager, of));
    if (row === undefined) return undefined;
    const { id, sealed_content: sealed, created, attempts, expires } = row;
    return { id, lease, sealed, created: new Date(created), attempts, expires: new Date(expires) };
  }

  /** Postpones the end of a lease. @returns false if the mail is another attempt's by now. */
  extend(mail: LeasedMail, leaseEnds: Date): Promise<boolean> {
    return this.change('extended', mail, leaseEnds);
  }

  /** Gives a mail back, to be sent later. */
  async release(mail: LeasedMail, due: Date): Promise<void> {
    await this.change('released', mail, due);
  }

  /** Ends the life of a mail, whose content is forgotten. @returns false if the mail is another attempt's by now. */
  finish(mail: LeasedMail, now: Date): Promise<boolean> {
    return this.change('finished', mail, now);
  }

  /** Deletes the mails that were finished before a moment. @returns how many there were. */
  deleteFinished(before: Date, stopping?: AbortSignal): Promise<number> {
    return this.finishedDeletion.before(before, stopping);
  }

  private async change(outcome: Outcome, { id, lease }: LeasedMail, moment: Date): Promise<boolean> {
    const of = { moment: moment.toISOString(), id, lease };
    return (await this.transactions.runOne((manager) => this.changes[outcome].execute(manager, of))) > 0;
  }
}
