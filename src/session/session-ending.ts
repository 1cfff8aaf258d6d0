import { Injectable } from '@nestjs/common';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import { userLock } from '../database/transactions.js';
import { SessionService } from './session.service.js';

/** Ends single sessions, and records it. */
@Injectable()
export class SessionEnding {
  constructor(
    private readonly sessions: SessionService,
    private readonly transaction: AuditedTransaction,
  ) {}

  /** Ends one session of a user; every JWT of it is refused from then on. @returns whether there was one to end. */
  end(userId: string, sessionId: string, actor: Actor): Promise<boolean> {
    return this.transaction.commit(
      actor,
      async (manager) => {
        if (!(await this.sessions.end(userId, sessionId, manager))) return { result: false, entry: undefined };
        const revokes = { kind: 'session', userId, sessionId } as const;
        return {
          result: true,
          entry: { action: 'session.end', target: sessionId, revokes },
        } satisfies Audited<boolean>;
      },
      { exclusive: [userLock(userId)] },
    );
  }
}
