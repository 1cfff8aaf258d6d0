import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../auth/actor.js';
import type { LastWrites } from '../database/transactions.js';
import type { MailContent, MailKind } from '../mail/mail-content.js';
import { MailQueue } from '../mail/mail-queue.js';
import { UNKNOWN_ADDRESS } from '../net/address.js';
import type { AuditAction } from './audit-actions.js';
import type { AuditEntry } from './audit-entry.js';
import { NoticeRepository } from './notice.repository.js';

/** Who gets a mail. */
export type Recipient = Pick<MailContent, 'userId' | 'to' | 'username' | 'language'>;

/** The mail about a change. */
export interface Notice {
  readonly kind: MailKind;
  /** By default the user whom the change is about, at their present address. */
  readonly recipient?: Recipient;
  /** The token of its link. */
  readonly token?: string;
  /** The name of what it is about. */
  readonly name?: string;
  /** When the mail is not worth sending any more. */
  readonly until?: Date;
}

/** What the user whom a change is about is told of it, whichever code makes the change. */
const NOTICES: Readonly<Partial<Record<AuditAction, MailKind>>> = {
  login: 'new-network',
  'password.change': 'password-changed',
  'password.reset-link': 'password-changed',
  'user.reset': 'password-changed',
  'email.undo': 'email-restored',
  'factor.add': 'factor-added',
  'factor.remove': 'factor-removed',
  'factor.recovery-code-used': 'recovery-code-used',
};

/** Queues the mail about a change in its transaction, so that no change is made without it, and none is told that was not made. */
@Injectable()
export class Notices {
  constructor(
    private readonly mails: MailQueue,
    private readonly rows: NoticeRepository,
  ) {}

  /** Whether there are any. */
  get areSent(): boolean {
    return this.mails.isOn;
  }

  /**
   * Queues the mails that entries demand.
   * @param manager of the transaction of the change.
   * @param last what the change has begun to write.
   * @returns whether there is a mail to send.
   */
  async queueAll(
    entries: readonly AuditEntry[],
    actor: Actor,
    manager: EntityManager,
    last: LastWrites,
  ): Promise<boolean> {
    if (!this.areSent) return false;
    let isQueued = false;
    for (const entry of entries) {
      const kind = NOTICES[entry.action];
      const notice = entry.notice ?? (kind === undefined ? undefined : { kind });
      if (notice === undefined) continue;
      // A write that is under way and fails would make the reads of a notice fail too, with another error.
      await last.done();
      if (await this.queue(notice, actor, entry, manager)) isQueued = true;
    }
    return isQueued;
  }

  /** Call it once the transaction is committed. */
  announce(): void {
    this.mails.announce();
  }

  private async queue(notice: Notice, actor: Actor, entry: AuditEntry, manager: EntityManager): Promise<boolean> {
    const { kind, token, name, until } = notice;
    const userId = ownerOf(actor, entry);
    if (kind === 'new-network' && !(await this.isNewNetwork(userId, actor, entry, manager))) return false;
    const recipient =
      notice.recipient ?? (userId === null ? undefined : await this.rows.findRecipient(userId, manager));
    if (recipient === undefined) return false;
    const { ip, userAgent: client } = actor;
    const content = {
      ...recipient,
      kind,
      at: new Date().toISOString(),
      ip,
      ...(name === undefined ? {} : { name }),
      ...(token === undefined ? {} : { token }),
    };
    // Anybody can ask for a link to an address of others, or have found a token: what they send as their program would be a text
    // of theirs in our mail.
    const isOfStranger = token !== undefined || kind === 'auth-header-leaked';
    const withDetails = isOfStranger ? content : { ...content, client };
    await this.mails.add(withDetails, manager, until === undefined ? {} : { until });
    return true;
  }

  private async isNewNetwork(
    userId: string | null,
    { network }: Actor,
    { target }: AuditEntry,
    manager: EntityManager,
  ): Promise<boolean> {
    // Any client can send an address that cannot be read.
    if (userId === null || !target || network === UNKNOWN_ADDRESS) return false;
    return this.rows.isNewNetwork(userId, target, network, manager);
  }
}

/** The user whom a change is about: not always the actor, who may be an administrator. */
function ownerOf({ userId }: Actor, { about, revokes }: AuditEntry): string | null {
  if (about !== undefined) return about;
  return revokes !== undefined && 'userId' in revokes ? revokes.userId : userId;
}
