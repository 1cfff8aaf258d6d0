import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { AuthHeader } from './auth-header.entity.js';

const FLUSH_INTERVAL_MS = 60_000;

/** When auth headers were last used: gathered here and written in one batch each minute, never at a request's expense. */
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
    try {
      await this.dataSource.transaction(async (manager) => {
        for (const [id, usedAt] of batch) await manager.update(AuthHeader, { id }, { lastUsed: new Date(usedAt) });
      });
    } catch (error) {
      this.unwritten = new Map([...batch, ...this.unwritten]);
      throw error;
    }
  }
}
