import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { type EntityManager, type FindOperator, IsNull, Not, Raw, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditService } from '../audit/audit.service.js';
import type { Actor } from '../auth/actor.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import { Settings } from '../config/settings.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { ApiError } from '../errors/api-error.js';
import { type Page, type PageRequest, readPage } from '../http/paging.js';
import { emailKey, fold, usernameKey } from '../i18n/name-key.js';
import { message } from '../languages/message.js';
import { SessionService } from '../session/session.service.js';
import { LoginThrottleService } from '../login/login-throttle.service.js';
import { CostlyWork } from '../workload/costly-work.js';
import { refuseWeakPassword } from '../login/password-policy.js';
import { Passwords } from '../login/password-hasher.js';
import { User } from '../database/entities/user.entity.js';

const INITIAL_PASSWORD_BYTES = 18;
const INITIAL_PASSWORD_DAYS = 7;
const DAY_MS = 86_400_000;

/** What an administrator says of a user. */
export interface UserProfile {
  readonly username: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly roles: readonly string[];
  /** When the user must change the password; null for never. */
  readonly passwordExpires: Date | null;
}

/** A user, and the one-time password that was made for them. */
export interface UserWithInitialPassword {
  readonly user: User;
  /** To be handed over and changed; absent where the password was given. */
  readonly initialPassword?: string;
}

/** Who there is: makes, changes and removes users. What takes rights away holds from the moment of the answer. */
@Injectable()
export class UserService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly passwords: Passwords,
    private readonly work: CostlyWork,
    private readonly sessions: SessionService,
    private readonly authHeaders: AuthHeaderService,
    private readonly throttle: LoginThrottleService,
    private readonly audit: AuditService,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError `not_found` */
  async get(id: string): Promise<User> {
    const user = await this.users.findOneBy({ id });
    if (user === null) throw new ApiError('not_found', { message: message('no_such_user') });
    return user;
  }

  /** The user with a username. @throws ApiError `not_found` */
  async getByUsername(username: string): Promise<User> {
    const user = await this.users.findOneBy({ usernameKey: usernameKey(username) });
    if (user === null) throw new ApiError('not_found', { message: message('no_such_user') });
    return user;
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.users.exists());
  }

  /** @param search part of a username or e-mail address, without regard to case. */
  list(search: string | undefined, page: PageRequest): Promise<Page<User>> {
    if (search === undefined) return readPage(this.users, {}, page);
    const part = holds(fold(search));
    // An internationalised host is kept in ASCII, and searched for as it was registered too.
    return readPage(this.users, [{ usernameKey: part }, { emailKey: part }, { email: part }], page);
  }

  /**
   * @param password without one, a one-time initial password is made, which must be changed at the first login.
   * @throws ApiError `already_taken`, or `invalid_fields` for a weak password
   */
  async add(
    profile: Pick<UserProfile, 'username' | 'email'> & Partial<UserProfile>,
    password: string | undefined,
    actor: Actor,
  ): Promise<UserWithInitialPassword> {
    if (password !== undefined) {
      await refuseWeakPassword('password', password, profile, this.settings.passwordMinLength);
    }
    const initialPassword = password === undefined ? makeInitialPassword() : undefined;
    const now = new Date();
    const user = this.users.create({
      id: uuidv7(),
      username: profile.username,
      usernameKey: usernameKey(profile.username),
      email: profile.email,
      emailKey: emailKey(profile.email),
      firstname: profile.firstname ?? '',
      lastname: profile.lastname ?? '',
      passwordHash: await this.work.admit(() => this.passwords.hash(password ?? initialPassword ?? '')),
      passwordChanged: now,
      passwordExpires: profile.passwordExpires ?? null,
      initialPasswordExpires: initialPassword === undefined ? null : initialPasswordEnd(now),
      roles: [...(profile.roles ?? [])],
      disabled: null,
      created: now,
    });
    await this.change(actor, 'user.add', user.id, async (manager) => {
      await manager.insert(User, user);
      return 1;
    });
    return { user, ...(initialPassword === undefined ? {} : { initialPassword }) };
  }

  /** @throws ApiError `not_found`, `already_taken` or `last_administrator` */
  async update(id: string, profile: Partial<UserProfile>, actor: Actor): Promise<User> {
    const { username, email, roles, ...rest } = profile;
    const changes = {
      ...rest,
      ...(username === undefined ? {} : { username, usernameKey: usernameKey(username) }),
      ...(email === undefined ? {} : { email, emailKey: emailKey(email) }),
      ...(roles === undefined ? {} : { roles: [...roles] }),
    };
    await this.change(actor, 'user.update', id, async (manager) => {
      if (roles !== undefined && !roles.includes('admin')) await keepAnAdministrator(manager, id);
      if (Object.keys(changes).length === 0) return manager.countBy(User, { id });
      return (await manager.update(User, { id }, changes)).affected ?? 0;
    });
    return this.get(id);
  }

  /** Ends the user's sessions and auth headers: neither is back when the user is. @throws ApiError `not_found` or `last_administrator` */
  disable(id: string, actor: Actor): Promise<void> {
    return this.change(actor, 'user.disable', id, async (manager) => {
      await keepAnAdministrator(manager, id);
      await this.sessions.endAll(id, manager);
      await this.authHeaders.deleteAll(id, manager);
      return (await manager.update(User, { id }, { disabled: new Date() })).affected ?? 0;
    });
  }

  /** Lets the user log in again. @throws ApiError `not_found` */
  enable(id: string, actor: Actor): Promise<void> {
    return this.change(actor, 'user.enable', id, async (manager) => {
      await this.throttle.forget(id, manager);
      return (await manager.update(User, { id }, { disabled: null })).affected ?? 0;
    });
  }

  /** Removes the user with their sessions and auth headers. @throws ApiError `not_found` or `last_administrator` */
  delete(id: string, actor: Actor): Promise<void> {
    return this.change(actor, 'user.delete', id, async (manager) => {
      await keepAnAdministrator(manager, id);
      return (await manager.delete(User, { id })).affected ?? 0;
    });
  }

  /** Replaces the password by a one-time initial one, and ends the user's sessions. @throws ApiError `not_found` */
  async reset(id: string, actor: Actor): Promise<UserWithInitialPassword & { initialPassword: string }> {
    const initialPassword = makeInitialPassword();
    const passwordHash = await this.work.admit(() => this.passwords.hash(initialPassword));
    const now = new Date();
    await this.change(actor, 'user.reset', id, async (manager) => {
      await this.sessions.endAll(id, manager);
      await this.throttle.forget(id, manager);
      const changes = { passwordHash, passwordChanged: now, initialPasswordExpires: initialPasswordEnd(now) };
      return (await manager.update(User, { id }, changes)).affected ?? 0;
    });
    return { user: await this.get(id), initialPassword };
  }

  /** Makes a change and records it. @param change answers how many users it found. */
  private async change(
    actor: Actor,
    action: AuditAction,
    id: string,
    change: (manager: EntityManager) => Promise<number>,
  ): Promise<void> {
    try {
      await this.audit.recording(actor, async (manager) => {
        if ((await change(manager)) === 0) throw new ApiError('not_found', { message: message('no_such_user') });
        return { result: undefined, occurrence: { action, target: id, revokes: { of: 'user', userId: id } } };
      });
    } catch (error) {
      throw isUniqueViolation(error) ? new ApiError('already_taken') : error;
    }
  }
}

/** @throws ApiError `last_administrator` if nobody else who may log in is one. */
async function keepAnAdministrator(manager: EntityManager, id: string): Promise<void> {
  // LIKE would take `Admin` for it, on SQLite.
  const roles = Raw((column) => `REPLACE(${column}, '"admin"', '') <> ${column}`);
  const isOne = await manager.existsBy(User, { id, roles, disabled: IsNull() });
  const others = await manager.existsBy(User, { id: Not(id), roles, disabled: IsNull() });
  if (isOne && !others) throw new ApiError('last_administrator');
}

function makeInitialPassword(): string {
  return randomBytes(INITIAL_PASSWORD_BYTES).toString('base64url');
}

function initialPasswordEnd(now: Date): Date {
  return new Date(now.getTime() + INITIAL_PASSWORD_DAYS * DAY_MS);
}

/** A column that holds a text; every sign of it stands for itself. */
function holds(text: string): FindOperator<string> {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return Raw((column) => `${column} LIKE :pattern ESCAPE '\\'`, { pattern }) as FindOperator<string>;
}
