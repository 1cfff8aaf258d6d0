import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { Background } from '../database/background.js';
import type { PeriodicTask } from '../database/periodic-task.js';
import { AuthHeaderRepository } from './auth-header.repository.js';

const FLUSH_INTERVAL_MS = 60_000;
/** How many rows a statement changes at most: other writers wait for it. */
const MAX_ROWS = 1000;

/** When auth headers were last used: gathered here and written each minute, so that no request pays for a write. */
@Injectable()
export class AuthHeaderUsage implements OnModuleInit {
  private unwritten = new Map<string, number>();
  private readonly task: PeriodicTask;

  constructor(
    private readonly authHeaders: AuthHeaderRepository,
    background: Background,
  ) {
    this.task = background.add({
      name: 'AuthHeaderUsage',
      failure: 'The last uses of auth headers could not be written',
      run: () => this.flush(),
    });
  }

  onModuleInit(): void {
    this.task.start(FLUSH_INTERVAL_MS);
  }

  note(id: string): void {
    this.unwritten.set(id, Date.now());
  }

  /** What is noted and not yet written. */
  lastUsedOf(id: string): Date | undefined {
    const usedAt = this.unwritten.get(id);
    return usedAt === undefined ? undefined : new Date(usedAt);
  }

  /** Everybody's that nobody has used since a moment, with their owners, those unused for longest first. */
  async listUnused(before: Date, limit: number): Promise<AuthHeader[]> {
    const rows = await this.authHeaders.listUnused(before, limit);
    return rows.filter(({ id }) => this.lastUsedOf(id) === undefined);
  }

  /** Writes what was noted; what cannot be written now is kept for the next time. */
  private async flush(): Promise<void> {
    const batch = this.unwritten;
    if (batch.size === 0) return;
    this.unwritten = new Map();
    try {
      for (const [usedAt, ids] of bySecond(batch)) {
        for (let begun = 0; begun < ids.length; begun += MAX_ROWS) {
          await this.authHeaders.updateLastUsed(ids.slice(begun, begun + MAX_ROWS), new Date(usedAt));
        }
      }
    } catch (error) {
      this.unwritten = new Map([...batch, ...this.unwritten]);
      throw error;
    }
  }
}

/** Answers show whole seconds; all uses of one second then take one statement. */
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
