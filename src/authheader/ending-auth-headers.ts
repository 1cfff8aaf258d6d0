import { Injectable } from '@nestjs/common';
import { DAY_MS } from '../config/time.js';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { SIGNING_KEYS, Transactions } from '../database/transactions.js';
import { MailQueue } from '../mail/mail-queue.js';
import { AuthHeaderRepository } from './auth-header.repository.js';
import { endingWithin } from './ending-within.js';

/** How long before its end the owner hears of it. */
const NOTICE_DAYS = 7;
const PAGE_LENGTH = 200;

/** Tells the owners of auth headers that end soon, once of each end. */
@Injectable()
export class EndingAuthHeaders {
  constructor(
    private readonly authHeaders: AuthHeaderRepository,
    private readonly mails: MailQueue,
    private readonly transactions: Transactions,
  ) {}

  /** Queues the mails that are due, until `stopping`. The queue has one mail about an end, whichever process queues it. */
  async announce(stopping: AbortSignal): Promise<void> {
    if (!this.mails.isOn) return;
    const ending = endingWithin(NOTICE_DAYS);
    let cursor: string | undefined;
    do {
      const page = await this.authHeaders.listAll(undefined, ending, { limit: PAGE_LENGTH, cursor });
      const told = page.rows.filter(isWorthANotice);
      if (told.length > 0) await this.queue(told);
      cursor = page.nextCursor;
    } while (cursor !== undefined && !stopping.aborted);
    this.mails.announce();
  }

  private async queue(some: readonly AuthHeader[]): Promise<void> {
    await this.transactions.run(
      async (manager) => {
        for (const { id, name, expires, user } of some) {
          const at = (expires ?? new Date()).toISOString();
          const { id: userId, email: to, username, language } = user;
          const content = { kind: 'auth-header-ending', userId, to, username, language, at, name } as const;
          await this.mails.add(content, manager, { subjectKey: `auth-header ${id} ${at}`, until: new Date(at) });
        }
      },
      { shared: [SIGNING_KEYS] },
    );
  }
}

/** Not for a service account, which reads no mail, nor for one that was made to end so soon. */
function isWorthANotice({ created, expires, user }: AuthHeader): boolean {
  return user.kind === 'person' && expires !== null && expires.getTime() - created.getTime() > NOTICE_DAYS * DAY_MS;
}
