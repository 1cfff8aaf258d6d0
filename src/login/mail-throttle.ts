import { Injectable } from '@nestjs/common';
import type { AuditAction } from '../audit/audit-actions.js';
import type { Actor } from '../auth/actor.js';
import { mailBudgetsOf, refusalOf } from './budgets.js';
import { LoginThrottleRepository } from './login-throttle.repository.js';
import { RefusalAudit } from './refusal-audit.js';

/** A request for a mail. */
export interface MailRequest {
  readonly action: AuditAction;
  /** What was typed, or who asks: requests are counted by it, whether or not there is such a user. */
  readonly subject: string;
  readonly actor: Actor;
}

/** Limits how many mails anybody can make the server send, over all processes. */
@Injectable()
export class MailThrottle {
  constructor(
    private readonly rows: LoginThrottleRepository,
    private readonly refusals: RefusalAudit,
  ) {}

  /**
   * Counts a request.
   * @returns whether the subject has a mail left. The caller must not tell: a refusal would let anybody learn that others ask.
   * @throws TooManyAttempts if the network has no request left
   */
  admits({ action, subject, actor }: MailRequest): Promise<boolean> {
    const { network, address } = mailBudgetsOf(subject, actor.network);
    return this.refusals.recording(actor, action, async () => {
      // Without a write first: a refusal that writes could be used to wear out the disk.
      const known = await this.rows.find({ network: network.key, pair: address.key, consecutive: network.key });
      const refusal = refusalOf(network, known, 0);
      if (refusal !== undefined) throw refusal;
      if (refusalOf(address, known, 0) !== undefined) return false;
      const now = Date.now();
      const windows = [network, address].map(({ key, windowMs }) => ({ key, windowEnds: new Date(now + windowMs) }));
      const rows = await this.rows.count(windows, new Date(now));
      const late = refusalOf(network, rows, 1);
      if (late !== undefined) throw late;
      return refusalOf(address, rows, 1) === undefined;
    });
  }
}
