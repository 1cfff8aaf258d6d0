import { Injectable } from '@nestjs/common';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import { userLock } from '../database/transactions.js';
import { SessionService } from './session.service.js';

/** Ends sessions, and records it. */
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
        // A logout leaves what its user has asked for.
        const isLogout = actor.standing?.kind === 'session' && actor.standing.id === sessionId;
        if (!isLogout) await this.sessions.voidRequests(userId, manager);
        const revokes = { kind: 'session', userId, sessionId } as const;
        return {
          result: true,
          entry: { action: 'session.end', target: sessionId, revokes },
        } satisfies Audited<boolean>;
      },
      { exclusive: [userLock(userId)] },
    );
  }

  /** Ends every session of a user but one, with which they ask for it. */
  endOthers(userId: string, keptId: string, actor: Actor): Promise<void> {
    return this.transaction.commit(
      actor,
      async (manager) => {
        await this.sessions.endOthers(userId, keptId, manager);
        // The kept session is looked up again at its next request, and is accepted then.
        const revokes = { kind: 'user', userId } as const;
        return {
          result: undefined,
          entry: { action: 'session.end', target: userId, detail: 'every other session', revokes },
        } satisfies Audited<unknown>;
      },
      { exclusive: [userLock(userId)] },
    );
  }

  /** Ends every session of a user. */
  endAll(userId: string, actor: Actor): Promise<void> {
    return this.transaction.commit(
      actor,
      async (manager) => {
        await this.sessions.endAll(userId, manager);
        const revokes = { kind: 'user', userId } as const;
        return {
          result: undefined,
          entry: { action: 'session.end', target: userId, detail: 'every session', revokes },
        } satisfies Audited<unknown>;
      },
      { exclusive: [userLock(userId)] },
    );
  }
}
