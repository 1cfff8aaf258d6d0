import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, In } from 'typeorm';
import { AuthHeader } from '../database/entities/auth-header.entity.js';

const FLUSH_INTERVAL_MS = 60_000;
/** How many rows a statement changes at most: whoever else writes waits for it. */
const MAX_ROWS = 1000;

/** When auth headers were last used: gathered here and written each minute, never at a request's expense. */
@Injectable()
export class AuthHeaderUsage implements OnModuleInit, BeforeApplicationShutdown {
  private unwritten = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush().catch(() => undefined), FLUSH_INTERVAL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  note(id: string): void {
    this.unwritten.set(id, Date.now());
  }

  /** What is noted and not yet written. */
  lastUsedOf(id: string): Date | undefined {
    const usedAt = this.unwritten.get(id);
    return usedAt === undefined ? undefined : new Date(usedAt);
  }

  /** Writes what was noted; what cannot be written now is kept for the next time. */
  async flush(): Promise<void> {
    const batch = this.unwritten;
    if (batch.size === 0) return;
    this.unwritten = new Map();
    const authHeaders = this.dataSource.getRepository(AuthHeader);
    try {
      for (const [usedAt, ids] of bySecond(batch)) {
        for (let begun = 0; begun < ids.length; begun += MAX_ROWS) {
          await authHeaders.update({ id: In(ids.slice(begun, begun + MAX_ROWS)) }, { lastUsed: new Date(usedAt) });
        }
      }
    } catch (error) {
      this.unwritten = new Map([...batch, ...this.unwritten]);
      throw error;
    }
  }
}

/** A second is all that is ever shown of it, and takes one statement for however many. */
function bySecond(batch: ReadonlyMap<string, number>): ReadonlyMap<number, string[]> {
  const seconds = new Map<number, string[]>();
  for (const [id, usedAt] of batch) {
    const second = usedAt - (usedAt % 1000);
    const ids = seconds.get(second);
    if (ids === undefined) seconds.set(second, [id]);
    else ids.push(id);
  }
  return seconds;
}
