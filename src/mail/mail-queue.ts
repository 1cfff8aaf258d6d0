import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { mailSettingsOf } from '../config/mail-settings.js';
import { Settings } from '../config/settings.js';
import { DAY_MS } from '../config/time.js';
import { Sealer } from '../crypto/sealer.js';
import { readActiveKeys } from '../database/active-keys.js';
import { newId } from '../database/new-id.js';
import { ApiError } from '../errors/api-error.js';
import type { MailContent } from './mail-content.js';
import { MailRepository } from './mail.repository.js';

/** How long the server tries to send a mail. */
const TRIED_FOR_MS = 2 * DAY_MS;

export interface QueueOptions {
  /** When the mail is not worth sending any more, such as the end of its link. */
  readonly until?: Date;
  /** What there is one mail about, however often it is queued. */
  readonly subjectKey?: string;
}

/** Takes the mails that a change demands, in the transaction of the change, so that a mail server fails and delays none. */
@Injectable()
export class MailQueue {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly mails: MailRepository,
    private readonly sealer: Sealer,
    private readonly settings: Settings,
  ) {}

  /** Whether mails are sent. Where they are not, none may be queued. */
  get isOn(): boolean {
    return mailSettingsOf(this.settings) !== undefined;
  }

  /** Refuses what needs a mail where none is sent. @throws ApiError `mail_not_configured` */
  refuseIfOff(): void {
    if (!this.isOn) throw new ApiError('mail_not_configured');
  }

  /**
   * Queues a mail.
   * @param manager of the transaction of what it tells of, which shares the lock `SIGNING_KEYS`.
   * @throws SecretUnavailable if it cannot be sealed
   */
  async add(content: MailContent, manager: EntityManager, { until, subjectKey }: QueueOptions = {}): Promise<void> {
    const id = newId();
    const created = new Date();
    const end = new Date(created.getTime() + TRIED_FOR_MS);
    const expires = until === undefined || until > end ? end : until;
    const sealedContent = this.sealer.seal(JSON.stringify(content), id, await readActiveKeys(manager));
    await this.mails.insert({ id, created, sealedContent, subjectKey: subjectKey ?? null, expires }, manager);
  }

  /** @param listener is called when mails were queued and committed. */
  onQueued(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Tells that mails which were queued are committed: they are sent at once, and otherwise some seconds later. */
  announce(): void {
    for (const listener of this.listeners) listener();
  }
}
