import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditEntry } from '../audit/audit-entry.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import { type Actor, linkBearer } from '../auth/actor.js';
import { isUniqueViolation } from '../database/database-errors.js';
import type { User } from '../database/entities/user.entity.js';
import { userLock } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { emailKey } from '../i18n/name-key.js';
import { type LiveLink, MailLinks } from '../login/mail-links.js';
import { RequestThrottle } from '../login/request-throttle.js';
import { MailQueue } from '../mail/mail-queue.js';
import type { Origin } from '../net/origin.js';
import { SessionService } from '../session/session.service.js';
import { alreadyTaken } from './already-taken.js';
import { UserRepository } from './user.repository.js';
import { UserService } from './user.service.js';

/** A user's own e-mail address: the new one confirms a change, and the old one can undo it. */
@Injectable()
export class EmailChangeService {
  constructor(
    private readonly users: UserService,
    private readonly rows: UserRepository,
    private readonly links: MailLinks,
    private readonly mails: MailQueue,
    private readonly throttle: RequestThrottle,
    private readonly sessions: SessionService,
    private readonly transaction: AuditedTransaction,
  ) {}

  /**
   * Mails a link to an address. Nothing tells whether another user has it.
   * @throws ApiError `mail_not_configured`, or `too_many_attempts` for the user's network
   */
  async request(userId: string, email: string, actor: Actor): Promise<void> {
    this.mails.refuseIfOff();
    // By the user too: an address is not to be flooded by whom it does not belong to.
    const subjects = [`user ${userId}`, `address ${emailKey(email)}`];
    for (const subject of subjects) {
      if (!(await this.throttle.admitsMail({ action: 'email.change', subject, actor }))) return;
    }
    const { username, language } = await this.users.get(userId);
    await this.transaction.commit(
      actor,
      async (manager) => {
        const { token, expires } = await this.links.make('confirm', { userId, email }, manager);
        const recipient = { userId, to: email, username, language };
        const entry: AuditEntry = {
          action: 'email.change',
          target: userId,
          detail: 'asked for',
          notice: { kind: 'confirm-email', recipient, token, until: expires },
        };
        return { result: undefined, entry } satisfies Audited<unknown>;
      },
      { exclusive: [userLock(userId)] },
    );
  }

  /** Makes the address of a link the user's. @throws ApiError `mail_not_configured`, `invalid_link` or `already_taken` */
  async confirm(token: string, origin: Origin): Promise<void> {
    this.mails.refuseIfOff();
    const link = await this.links.find(token, 'confirm');
    await this.commit(link, origin, async (manager) => {
      const before = await this.userOf(link, manager);
      await this.setEmail(link, manager);
      await this.links.voidRequests(before.id, manager);
      const entry: AuditEntry = {
        action: 'email.confirm',
        target: before.id,
        revokes: { kind: 'user', userId: before.id },
      };
      if (before.emailKey === emailKey(link.email)) return entry;
      const { id: userId, email, username, language } = before;
      const undo = await this.links.make('undo', { userId, email }, manager);
      const recipient = { userId, to: email, username, language };
      return { ...entry, notice: { kind: 'email-changed', recipient, token: undo.token, until: undo.expires } };
    });
  }

  /**
   * Brings the address of a link back, and ends what whoever changed it may hold.
   * @throws ApiError `mail_not_configured`, `invalid_link` or `already_taken`
   */
  async undo(token: string, origin: Origin): Promise<void> {
    this.mails.refuseIfOff();
    const link = await this.links.find(token, 'undo');
    await this.commit(link, origin, async (manager) => {
      const { id: userId } = link.user;
      await this.setEmail(link, manager);
      await this.sessions.endAll(userId, manager);
      await this.links.voidSince(link, manager);
      return { action: 'email.undo', target: userId, revokes: { kind: 'user', userId } };
    });
  }

  /** Takes a link, and makes its change. */
  private async commit(
    link: LiveLink,
    origin: Origin,
    change: (manager: EntityManager) => Promise<AuditEntry>,
  ): Promise<void> {
    try {
      await this.transaction.commit(
        linkBearer(link.user, link.id, origin),
        async (manager) => {
          await this.links.consume(link, manager);
          return { result: undefined, entry: await change(manager) } satisfies Audited<unknown>;
        },
        { exclusive: [userLock(link.user.id)] },
      );
    } catch (error) {
      throw isUniqueViolation(error) ? alreadyTaken(error) : error;
    }
  }

  /** The user as the transaction sees them: the address may have changed since the look-up. */
  private async userOf({ user }: LiveLink, manager: EntityManager): Promise<User> {
    const found = await this.rows.findToChange(user.id, manager);
    if (found === null) throw new ApiError('invalid_link');
    return found;
  }

  private async setEmail({ user, email }: LiveLink, manager: EntityManager): Promise<void> {
    const columns = { email, emailKey: emailKey(email), emailConfirmed: new Date() };
    if (!(await this.rows.update(user.id, columns, manager))) throw new ApiError('invalid_link');
  }
}
