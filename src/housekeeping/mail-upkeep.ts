import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { SERVER } from '../auth/actor.js';
import { EndingAuthHeaders } from '../authheader/ending-auth-headers.js';
import { HOUR_MS } from '../config/time.js';
import { Background } from '../database/background.js';
import type { PeriodicTask } from '../database/periodic-task.js';
import { MailDelivery } from '../mail/mail-delivery.js';
import { MailQueue } from '../mail/mail-queue.js';

/** Sends the queued mails, and queues once an hour those that no change demands. */
@Injectable()
export class MailUpkeep {
  private readonly task: PeriodicTask;

  constructor(
    private readonly mails: MailQueue,
    private readonly delivery: MailDelivery,
    private readonly audit: AuditService,
    ending: EndingAuthHeaders,
    background: Background,
  ) {
    this.task = background.add({
      name: 'Mail',
      failure: 'The owners of auth headers that end soon could not be told',
      run: (stopping) => ending.announce(stopping),
    });
  }

  /** Call it when the server listens, because nothing is logged before. */
  start(): void {
    if (!this.mails.isOn) return;
    this.delivery.start(({ kind, userId, reason }) =>
      this.audit.record(SERVER, {
        action: 'mail.give-up',
        outcome: 'refused',
        target: userId,
        detail: `${kind}: ${reason}`,
      }),
    );
    this.task.start(HOUR_MS);
    void this.task.run();
  }
}
