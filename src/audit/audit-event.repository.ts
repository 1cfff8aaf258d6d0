import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { DAY_MS } from '../config/time.js';
import { AuditEvent } from '../database/entities/audit-event.entity.js';
import { User } from '../database/entities/user.entity.js';
import type { Page, PageRequest } from '../database/paging.js';
import { BatchedDelete } from '../database/prepared/batched-delete.js';
import { PreparedList } from '../database/prepared/prepared-list.js';
import { PreparedSql } from '../database/prepared/prepared-sql.js';
import { ListRunner } from '../database/statement-runner.js';
import type { AuditAction, AuditOutcome } from './audit-actions.js';

/** What each parameter of a list asks of an event. */
const CONDITIONS = {
  action: 'event.action = :action',
  outcome: 'event.outcome = :outcome',
  userId: 'event.userId = :userId',
  target: 'event.target = :target',
  from: 'event.at >= :from',
  until: 'event.at < :until',
};

/** Which events are listed; the moments as the database holds them. */
export type AuditConditions = Readonly<Partial<Record<keyof typeof CONDITIONS, string>>>;

/** How many events of an action there were with an outcome. */
export interface EventCount {
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  readonly events: number;
}

/** The lists of audit events. No call changes one. */
@Injectable()
export class AuditEventRepository {
  private readonly all: PreparedList<AuditEvent, keyof typeof CONDITIONS>;
  private readonly deletion: BatchedDelete<AuditEvent>;
  private readonly ofDay: PreparedSql<'from' | 'until'>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly lists: ListRunner,
  ) {
    const rows = dataSource.getRepository(AuditEvent);
    this.all = new PreparedList(rows.createQueryBuilder('event'), CONDITIONS, lists);
    // A sum is in no index: that of the chains would lead to every event that is in none, however young.
    this.deletion = new BatchedDelete(dataSource, AuditEvent, 'id', 'at', '(row.chain + 0) IS NULL');
    this.ofDay = new PreparedSql(
      dataSource,
      `SELECT action, outcome, CAST(COUNT(*) AS integer) AS events FROM audit_event
       WHERE at >= :from AND at < :until GROUP BY action, outcome`,
      ['from', 'until'],
    );
  }

  /** The events that meet the conditions, newest first. */
  list(conditions: AuditConditions, request: PageRequest): Promise<Page<AuditEvent>> {
    return this.all.page(conditions, request);
  }

  /**
   * How many events there were on a day, by their action and outcome. An index holds all of it only where no action is asked for:
   * with one, SQLite takes the index of the actions, and reads the rows of all years.
   * @param day a date in UTC.
   */
  async countOn(day: string): Promise<EventCount[]> {
    const until = new Date(Date.parse(day) + DAY_MS).toISOString();
    return (await this.lists.queryPage(this.ofDay.text, this.ofDay.values({ from: day, until }))) as EventCount[];
  }

  /** The id of the user with a username. @param usernameKey the key of the username. */
  async findUserId(usernameKey: string): Promise<string | undefined> {
    const user = await this.dataSource.manager.findOne(User, { where: { usernameKey }, select: { id: true } });
    return user?.id;
  }

  /** The name of a user, if there is one. */
  async findUsername(id: string): Promise<string | undefined> {
    const user = await this.dataSource.manager.findOne(User, { where: { id }, select: { username: true } });
    return user?.username;
  }

  /** Deletes the events before a moment that are in no chain, since they are older than the chains. @returns how many there were. */
  deleteUnplacedBefore(before: Date, stopping?: AbortSignal): Promise<number> {
    return this.deletion.before(before, stopping);
  }
}
