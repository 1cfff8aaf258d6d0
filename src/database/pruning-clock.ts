import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { DAY_MS } from '../config/time.js';
import { AuditEvent } from './entities/audit-event.entity.js';
import { THE_ONLY_ROW, WitnessedMoment } from './entities/witnessed-moment.entity.js';

/** What a server believed at a moment of its own run time, which no change of the clock moves. */
interface Belief {
  readonly moment: number;
  readonly readAt: number;
}

/** When a server stores what it has witnessed. */
export type Occasion = 'start' | 'hour' | 'stop';

/**
 * The clock by which rows are deleted for their age. Nothing brings back what a clock that is ahead would delete, so this one
 * does not run ahead of the time that servers of the database have witnessed. They measure the time they run without the
 * system's clock. For the time in which none ran they have only the system's word: they believe an absence of up to a day at a
 * start, and of a longer one a day with each hour they run. Starts with a clock that is years ahead, and an hour with it,
 * therefore delete nothing early. After a true absence of months, rows are deleted some days late. What was witnessed once stays
 * witnessed: one start with a clock that is months behind would otherwise look like an absence of months to the next.
 */
@Injectable()
export class PruningClock {
  private belief: Promise<Belief> | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Not after the time of the system. */
  async now(): Promise<Date> {
    const { moment, readAt } = await this.believed();
    return new Date(Math.min(Date.now(), moment + performance.now() - readAt));
  }

  /** How far the system's time is ahead of this clock. */
  async behindMs(): Promise<number> {
    return Date.now() - (await this.now()).getTime();
  }

  /** Stores what this process has witnessed, for the next start. */
  async advance(occasion: Occasion): Promise<void> {
    const witnessed = Math.max((await this.now()).getTime(), (await this.stored()) ?? 0);
    const system = Date.now();
    const isBelieved = occasion === 'hour' || (occasion === 'start' && system - witnessed <= DAY_MS);
    const moment = isBelieved ? Math.max(witnessed, Math.min(system, witnessed + DAY_MS)) : witnessed;
    await this.dataSource.manager.upsert(WitnessedMoment, { id: THE_ONLY_ROW, moment: new Date(moment) }, ['id']);
    this.belief = Promise.resolve({ moment, readAt: performance.now() });
  }

  private believed(): Promise<Belief> {
    this.belief ??= this.read().catch((error: unknown) => {
      this.belief = undefined;
      throw error;
    });
    return this.belief;
  }

  private async read(): Promise<Belief> {
    const moment = (await this.stored()) ?? (await this.newestEvent()) ?? Date.now();
    return { moment, readAt: performance.now() };
  }

  private async stored(): Promise<number | undefined> {
    const row = await this.dataSource.manager.findOneBy(WitnessedMoment, { id: THE_ONLY_ROW });
    return row?.moment.getTime();
  }

  /** What a database of an earlier version has witnessed. */
  private async newestEvent(): Promise<number | undefined> {
    const [newest] = await this.dataSource.manager.find(AuditEvent, { order: { at: 'DESC' }, take: 1 });
    return newest?.at.getTime();
  }
}
