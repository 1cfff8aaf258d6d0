import { Injectable } from '@nestjs/common';
import type { AuditAction } from '../audit/audit-actions.js';
import type { Actor } from '../auth/actor.js';
import { type Budget, mailBudgetsOf, refusalOf, reportBudgetOf } from './budgets.js';
import { LoginThrottleRepository } from './login-throttle.repository.js';
import { RefusalAudit } from './refusal-audit.js';
import type { TooManyAttempts } from './too-many-attempts.js';

/** A request for a mail. */
export interface MailRequest {
  readonly action: AuditAction;
  /** What was typed, or who asks: requests are counted by it, whether or not there is such a user. */
  readonly subject: string;
  readonly actor: Actor;
}

/** Limits how much anybody can make the server do who has not logged in, over all processes. */
@Injectable()
export class RequestThrottle {
  constructor(
    private readonly rows: LoginThrottleRepository,
    private readonly refusals: RefusalAudit,
  ) {}

  /**
   * Counts a request for a mail.
   * @returns whether the subject has a mail left. The caller must not tell: a refusal would let anybody learn that others ask.
   * @throws TooManyAttempts if the network has no request left
   */
  admitsMail({ action, subject, actor }: MailRequest): Promise<boolean> {
    const { network, address } = mailBudgetsOf(subject, actor.network);
    return this.refusals.recording(actor, action, async () => {
      const [ofNetwork, ofAddress] = await this.count([network, address]);
      if (ofNetwork !== undefined) throw ofNetwork;
      return ofAddress === undefined;
    });
  }

  /** Counts the report of a leaked token. @throws TooManyAttempts if the network has no report left */
  admitReport(action: AuditAction, actor: Actor): Promise<void> {
    return this.refusals.recording(actor, action, async () => {
      const [refusal] = await this.count([reportBudgetOf(actor.network)]);
      if (refusal !== undefined) throw refusal;
    });
  }

  /** Counts a request against its budgets. @returns what each of them refuses, in their order */
  private async count(
    budgets: readonly [Budget] | readonly [Budget, Budget],
  ): Promise<(TooManyAttempts | undefined)[]> {
    const [{ key: network }, { key: pair } = { key: network }] = budgets;
    // Without a write first: a refusal that writes could be used to wear out the disk.
    const known = await this.rows.find({ network, pair, consecutive: network });
    const refused = budgets.map((budget) => refusalOf(budget, known, 0));
    if (refused.some((refusal) => refusal !== undefined)) return refused;
    const now = Date.now();
    const windows = budgets.map(({ key, windowMs }) => ({ key, windowEnds: new Date(now + windowMs) }));
    const rows = await this.rows.count(windows, new Date(now));
    return budgets.map((budget) => refusalOf(budget, rows, 1));
  }
}
