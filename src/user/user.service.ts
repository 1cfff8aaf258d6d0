import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditAction } from '../audit/audit-actions.js';
import type { AuditEntry } from '../audit/audit-entry.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import { Settings } from '../config/settings.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { ALL_USERS, userLock } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { Challenges } from '../factor/challenges.js';
import type { Page, PageRequest } from '../database/paging.js';
import { message } from '../i18n/message.js';
import { emailKey, usernameKey } from '../i18n/name-key.js';
import { SessionService } from '../session/session.service.js';
import { MailLinks } from '../login/mail-links.js';
import { LoginThrottleService } from '../login/login-throttle.service.js';
import { CryptoQueue } from '../crypto/crypto-queue.js';
import { refuseWeakPassword } from '../login/password-policy.js';
import { PasswordHasher } from '../login/password-hasher.js';
import type { User, UserKind } from '../database/entities/user.entity.js';
import {
  initialPasswordEnd,
  makeInitialPassword,
  type ShowUser,
  type UserWithInitialPassword,
} from './initial-password.js';
import { type NewUser, newUser, profileIn, refusePassword, type UserChange } from './user-profile.js';
import { LastAdministrator } from './last-administrator.js';
import { UserRepository } from './user.repository.js';
import { alreadyTaken } from './already-taken.js';

/** Who there is: makes, changes and removes users. What takes rights away holds from the moment of the answer. */
@Injectable()
export class UserService {
  constructor(
    private readonly users: UserRepository,
    private readonly lastAdministrator: LastAdministrator,
    private readonly passwords: PasswordHasher,
    private readonly work: CryptoQueue,
    private readonly sessions: SessionService,
    private readonly authHeaders: AuthHeaderService,
    private readonly throttle: LoginThrottleService,
    private readonly links: MailLinks,
    private readonly challenges: Challenges,
    private readonly transaction: AuditedTransaction,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError `not_found` */
  async get(id: string): Promise<User> {
    const user = await this.users.find(id);
    if (user === null) throw new ApiError('not_found', { message: message('no_such_user') });
    return user;
  }

  /** The user with a username. @throws ApiError `not_found` */
  async getByUsername(username: string): Promise<User> {
    const user = await this.users.findByUsername(usernameKey(username));
    if (user === null) throw new ApiError('not_found', { message: message('no_such_user') });
    return user;
  }

  isEmpty(): Promise<boolean> {
    return this.users.isEmpty();
  }

  /**
   * @param search part of a username or e-mail address, without regard to case.
   * @param kind undefined for both.
   */
  list(search: string | undefined, page: PageRequest, kind?: UserKind): Promise<Page<User>> {
    return this.users.list(search, page, kind);
  }

  /**
   * @param password without one, a one-time initial password is made for a person, which is good for a change of the password only.
   * @throws ApiError `already_taken`, or `invalid_fields` for a weak password and for any of a service account
   */
  async add(
    profile: NewUser,
    password: string | undefined,
    actor: Actor,
    show?: ShowUser,
  ): Promise<UserWithInitialPassword> {
    const { kind = 'person', passwordExpires } = profile;
    refusePassword(kind, { password, passwordExpires });
    const owner = { username: profile.username, email: profile.email ?? '' };
    if (password !== undefined) await refuseWeakPassword('password', password, owner, this.settings.passwordMinLength);
    const initialPassword = password === undefined && kind === 'person' ? makeInitialPassword() : undefined;
    const chosen = password ?? initialPassword;
    const hash = chosen === undefined ? this.passwords.hashOfNone() : await this.hash(chosen);
    const user = newUser(profile, hash, initialPassword !== undefined);
    const made = { user, ...(initialPassword === undefined ? {} : { initialPassword }) };
    const detail = kind === 'service' ? 'service account' : '';
    await this.change(actor, { action: 'user.add', detail }, user.id, async (manager) => {
      await this.users.insert(user, manager);
      await show?.(made);
      return true;
    });
    return made;
  }

  /**
   * Adds a user if there is none yet.
   * @param show prints the password before the user is committed. If it rejects, no user is added.
   */
  async addFirst(profile: NewUser, password: string, actor: Actor, show: () => Promise<void>): Promise<void> {
    const user = newUser(profile, await this.hash(password), false);
    let shown: Promise<void> | undefined;
    await this.transaction.commit(
      actor,
      async (manager) => {
        // Another process that starts at the same time may have added it.
        if (await this.users.exist(manager)) return { result: undefined, entry: undefined };
        await this.users.insert(user, manager);
        // The group commit may call this work twice.
        await (shown ??= show());
        return { result: undefined, entry: { action: 'user.add', target: user.id } } satisfies Audited<unknown>;
      },
      { exclusive: [ALL_USERS] },
    );
  }

  /** @throws ApiError `not_found`, `already_taken`, `last_administrator`, or `invalid_fields` as {@link profileIn} and {@link refusePassword} say */
  async update(id: string, change: UserChange, actor: Actor): Promise<User> {
    const user = await this.get(id);
    const { username, email, roles, ...rest } = profileIn(change, user, this.settings.passwordMaxAgeDays);
    refusePassword(user.kind, { passwordExpires: rest.passwordExpires });
    const isOtherAddress = email !== undefined && emailKey(email) !== user.emailKey;
    const changes = {
      ...rest,
      ...(username === undefined ? {} : { username, usernameKey: usernameKey(username) }),
      ...(email === undefined ? {} : { email, emailKey: emailKey(email) }),
      // Nobody has proved yet to receive what is sent to another one.
      ...(isOtherAddress ? { emailConfirmed: null } : {}),
      ...(roles === undefined ? {} : { roles: [...roles] }),
    };
    await this.change(actor, 'user.update', id, async (manager) => {
      if (roles !== undefined && !roles.includes('admin')) await this.lastAdministrator.keep(id, manager);
      if (isOtherAddress) await this.links.voidAll(id, manager);
      return this.users.update(id, changes, manager);
    });
    return this.get(id);
  }

  /** Ends the user's sessions, auth headers and logins under way: none is back when the user is. @throws ApiError `not_found` or `last_administrator` */
  disable(id: string, actor: Actor): Promise<void> {
    return this.change(actor, 'user.disable', id, async (manager) => {
      await this.lastAdministrator.keep(id, manager);
      await this.sessions.endAll(id, manager);
      await this.authHeaders.deleteAll(id, manager);
      await this.challenges.voidAll(id, manager);
      return this.users.update(id, { disabled: new Date() }, manager);
    });
  }

  /** Lets the user log in again. @throws ApiError `not_found` */
  enable(id: string, actor: Actor): Promise<void> {
    return this.change(actor, 'user.enable', id, async (manager) => {
      await this.clearAttempts(id, manager);
      return this.users.update(id, { disabled: null }, manager);
    });
  }

  /** Resets the counts of failed attempts to log in as the user. @throws ApiError `not_found` */
  unlock(id: string, actor: Actor): Promise<void> {
    return this.change(actor, 'user.unlock', id, (manager) => this.clearAttempts(id, manager));
  }

  /** Removes the user with their sessions and auth headers. @throws ApiError `not_found` or `last_administrator` */
  delete(id: string, actor: Actor): Promise<void> {
    return this.change(actor, 'user.delete', id, async (manager) => {
      await this.lastAdministrator.keep(id, manager);
      return this.users.delete(id, manager);
    });
  }

  /**
   * Replaces the password by a one-time initial one, and ends the user's sessions.
   * @param endAuthHeaders whether every auth header of the user ends too.
   * @throws ApiError `not_found`, or `invalid_fields` for a service account
   */
  async reset(id: string, endAuthHeaders: boolean, actor: Actor, show?: ShowUser): Promise<UserWithInitialPassword> {
    const user = await this.get(id);
    refusePassword(user.kind, { id });
    const initialPassword = makeInitialPassword();
    const passwordHash = await this.hash(initialPassword);
    const now = new Date();
    const changes = { passwordHash, passwordChanged: now, initialPasswordExpires: initialPasswordEnd(now) };
    const made = { user: { ...user, ...changes }, initialPassword };
    const detail = endAuthHeaders ? 'auth headers ended' : '';
    await this.change(actor, { action: 'user.reset', detail }, id, async (manager) => {
      await this.sessions.endAll(id, manager);
      if (endAuthHeaders) await this.authHeaders.deleteAll(id, manager);
      await this.clearAttempts(id, manager);
      await this.links.voidRequests(id, manager);
      if (!(await this.users.update(id, changes, manager))) return false;
      await show?.(made);
      return true;
    });
    return made;
  }

  private hash(password: string): Promise<string> {
    return this.work.enter(() => this.passwords.hash(password));
  }

  /** Makes a change and records it. @param change answers whether there is that user. */
  private async change(
    actor: Actor,
    what: AuditAction | Pick<AuditEntry, 'action' | 'detail'>,
    id: string,
    change: (manager: EntityManager) => Promise<boolean>,
  ): Promise<void> {
    try {
      await this.transaction.commit(
        actor,
        async (manager) => {
          if (!(await change(manager))) throw new ApiError('not_found', { message: message('no_such_user') });
          const entry = typeof what === 'string' ? { action: what } : what;
          return {
            result: undefined,
            entry: { ...entry, target: id, revokes: { kind: 'user', userId: id } },
          } satisfies Audited<unknown>;
        },
        { exclusive: [ALL_USERS, userLock(id)] },
      );
    } catch (error) {
      throw isUniqueViolation(error) ? alreadyTaken(error) : error;
    }
  }

  /** @returns whether there is that user. */
  private async clearAttempts(id: string, manager: EntityManager): Promise<boolean> {
    const names = await this.users.findNames(id, manager);
    if (names !== null) await this.throttle.clear(names, manager);
    return names !== null;
  }
}
