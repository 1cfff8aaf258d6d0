import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Background } from '../database/background.js';
import type { PeriodicTask } from '../database/periodic-task.js';
import { CredentialUse } from './credential-use.js';
import { type BusyAuthHeader, type DailyUse, UseCountRepository } from './use-count.repository.js';

const FLUSH_INTERVAL_MS = 60_000;
/** How many rows a transaction changes at most: other writers wait for it. */
const MAX_ROWS = 1000;

/**
 * Counts the requests with a valid credential: by the kind of the credential, and by auth header. The counts are gathered here
 * and written each minute and at the stop, so that no request pays for a write. A process that is killed loses a minute of them.
 */
@Injectable()
export class UseCounts implements OnModuleInit {
  private byAuthHeader = new Map<string, number>();
  private ofJwts = 0;
  private readonly unwritten = new Map<string, number>();
  private readonly task: PeriodicTask;

  constructor(
    private readonly repository: UseCountRepository,
    private readonly use: CredentialUse,
    background: Background,
  ) {
    this.task = background.add({
      name: 'UseCounts',
      failure: 'The uses of credentials could not be counted',
      run: () => this.flush(),
    });
  }

  onModuleInit(): void {
    this.use.subscribe(({ credential: { kind, id } }) => {
      if (kind === 'jwt') this.ofJwts += 1;
      else this.byAuthHeader.set(id, (this.byAuthHeader.get(id) ?? 0) + 1);
    });
    this.task.start(FLUSH_INTERVAL_MS);
  }

  /** The requests of each day since one, as far as they are written. @param from a date in UTC. */
  listDaily(from: string): Promise<DailyUse[]> {
    return this.repository.listDaily(from);
  }

  /** The auth headers that were used most since a day, the busiest first. @param from a date in UTC. */
  listBusiest(from: string): Promise<BusyAuthHeader[]> {
    return this.repository.listBusiest(from);
  }

  /** Forgets the days before that of a moment, until `stopping`. */
  prune(before: Date, stopping: AbortSignal): Promise<void> {
    return this.repository.deleteBefore(before, stopping);
  }

  /** Writes what was counted, as of today. What cannot be written now stays for the next time. */
  private async flush(): Promise<void> {
    const [byAuthHeader, ofJwts] = [this.byAuthHeader, this.ofJwts];
    this.byAuthHeader = new Map();
    this.ofJwts = 0;
    this.note('jwt', ofJwts);
    for (const [id, requests] of byAuthHeader) {
      this.note(id, requests);
      this.note('auth-header', requests);
    }
    const day = new Date().toISOString().slice(0, 10);
    // In one order: two processes that lock rows in different orders can wait for each other.
    const rows = [...this.unwritten].toSorted(([one], [other]) => (one < other ? -1 : 1));
    while (rows.length > 0) {
      const some = rows.splice(0, MAX_ROWS);
      await this.repository.add(day, some);
      for (const [subject] of some) this.unwritten.delete(subject);
    }
  }

  private note(subject: string, requests: number): void {
    if (requests > 0) this.unwritten.set(subject, (this.unwritten.get(subject) ?? 0) + requests);
  }
}
