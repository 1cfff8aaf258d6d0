import { Injectable } from '@nestjs/common';
import { DatabaseHealth } from '../database/database-health.js';
import { Drain } from '../http/drain.js';
import { SigningKeys } from '../signing-keys/signing-keys.js';
import { StartProgress } from './start-progress.js';

/** What a server needs to serve every request, and whether it has each. */
export interface ReadinessParts {
  /** Whether the start is complete. */
  readonly start: boolean;
  /** Whether there is a key that signs. */
  readonly signingKey: boolean;
  /** Whether the database can be read and written. */
  readonly database: boolean;
  /** Whether the server goes on serving: it is not about to stop. */
  readonly staying: boolean;
}

/** Whether the server can serve every request. */
@Injectable()
export class Readiness {
  constructor(
    private readonly database: DatabaseHealth,
    private readonly keys: SigningKeys,
    private readonly start: StartProgress,
    private readonly drain: Drain,
  ) {}

  async parts(): Promise<ReadinessParts> {
    return { ...this.ownParts(), database: await this.database.isWell() };
  }

  /** The database is asked last, and only if nothing else is missing. */
  async isReady(): Promise<boolean> {
    return Object.values(this.ownParts()).every(Boolean) && (await this.database.isWell());
  }

  private ownParts(): Omit<ReadinessParts, 'database'> {
    return { start: this.start.isOver, signingKey: this.keys.hasActive(), staying: !this.drain.isLeaving };
  }
}
