import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Settings } from '../config/settings.js';
import { DAY_MS, HOUR_MS, isExpired } from '../config/time.js';
import { hashOfToken, makeRandomToken } from '../crypto/random-token.js';
import type { MailLink } from '../database/entities/mail-link.entity.js';
import type { User } from '../database/entities/user.entity.js';
import { newId } from '../database/new-id.js';
import { ApiError } from '../errors/api-error.js';
import { emailKey } from '../i18n/name-key.js';
import { loginStandingOf } from './login-standing.js';
import { type LinkPurpose, MailLinkRepository } from './mail-link.repository.js';

/** How long a link works. NIST SP 800-63B allows a code by mail a day; an undo must reach who reads mails once a week. */
const VALID_FOR_MS: Readonly<Record<LinkPurpose, number>> = { reset: HOUR_MS, confirm: DAY_MS, undo: 7 * DAY_MS };

/** A link that works, and its user. */
export interface LiveLink extends Pick<MailLink, 'id' | 'email' | 'expires'> {
  readonly user: User;
}

/** A link that is to be mailed. */
export interface NewLink {
  readonly token: string;
  readonly expires: Date;
}

/** The links in mails: 256 random bits, of which the database has a hash, each good once. */
@Injectable()
export class MailLinks {
  constructor(
    private readonly rows: MailLinkRepository,
    private readonly settings: Settings,
  ) {}

  /**
   * The link of a token.
   * @throws ApiError `invalid_link` for every token that does nothing: unknown, used, outdated, or of a user who may not log in
   */
  async find(token: string, purpose: LinkPurpose): Promise<LiveLink> {
    const link = await this.rows.find(hashOfToken(token), purpose);
    const user = link?.user;
    if (!link || !user || isExpired(link.expires)) throw new ApiError('invalid_link');
    if (loginStandingOf(user, this.settings.passwordMaxAgeDays) === 'refused') throw new ApiError('invalid_link');
    // A link that was asked for while the address changed: the former mailbox must not open the account.
    if (purpose === 'reset' && emailKey(link.email) !== user.emailKey) throw new ApiError('invalid_link');
    return { id: link.id, email: link.email, expires: link.expires, user };
  }

  /**
   * Makes a link, in place of an older one of the user for the same purpose; an undo leaves the older ones, since whoever changed an
   * address twice must not get rid of the first undo.
   * @param userId null for nobody: the link does nothing.
   */
  async make(
    purpose: LinkPurpose,
    { userId, email }: Pick<MailLink, 'userId' | 'email'>,
    manager: EntityManager,
  ): Promise<NewLink> {
    const token = makeRandomToken();
    const id = newId();
    let end = Date.now() + VALID_FOR_MS[purpose];
    if (purpose !== 'undo') await this.rows.void(userId ?? id, [purpose], manager);
    // Their ends are their order, whatever the clocks of several processes say.
    else end = Math.max(end, (await this.rows.lastEnd(userId ?? id, purpose, manager)) + 1);
    const expires = new Date(end);
    await this.rows.insert({ id, tokenHash: hashOfToken(token), purpose, userId, email, expires }, manager);
    return { token, expires };
  }

  /** Takes a link in the transaction of what it does. @throws ApiError `invalid_link` if another request took it */
  async consume({ id }: LiveLink, manager: EntityManager): Promise<void> {
    if (!(await this.rows.consume(id, manager))) throw new ApiError('invalid_link');
  }

  /**
   * Voids what was mailed before a change of the password or the address. An undo stays: who took an account over would change the
   * password next.
   */
  async voidRequests(userId: string, manager: EntityManager): Promise<void> {
    await this.rows.void(userId, ['reset', 'confirm'], manager);
  }

  /**
   * Voids what an undo makes needless: what was asked for, and the undo of each later change. The undo of an earlier change stays: who
   * took an account over would change the address twice, and void the owner's undo by the own one.
   */
  async voidSince({ user, expires }: LiveLink, manager: EntityManager): Promise<void> {
    await this.voidRequests(user.id, manager);
    await this.rows.voidEndingAfter(user.id, 'undo', expires, manager);
  }

  /** Voids every link of a user. */
  async voidAll(userId: string, manager: EntityManager): Promise<void> {
    await this.rows.void(userId, ['reset', 'confirm', 'undo'], manager);
  }

  /** Deletes the links that expired before a moment, until `stopping`. @returns how many there were. */
  prune(before: Date, stopping: AbortSignal): Promise<number> {
    return this.rows.deleteExpired(before, stopping);
  }
}
