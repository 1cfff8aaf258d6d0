import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { AuditEntry } from '../audit/audit-entry.js';
import { AuditService } from '../audit/audit.service.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import { type Actor, passwordBearer } from '../auth/actor.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import type { Origin } from '../net/origin.js';
import { message } from '../i18n/message.js';
import { emailKey, usernameKey } from '../i18n/name-key.js';
import { SessionService } from '../session/session.service.js';
import { type AttemptBy, type CountedAttempt, LoginThrottleService } from './login-throttle.service.js';
import { RefusalAudit } from './refusal-audit.js';
import { TooManyAttempts } from './too-many-attempts.js';
import { CryptoQueue } from '../crypto/crypto-queue.js';
import { KeyedLimiter } from './keyed-limiter.js';
import { type LoginStanding, loginStandingOf } from './login-standing.js';
import { refuseWeakPassword } from './password-policy.js';
import { PasswordHasher } from './password-hasher.js';
import type { User } from '../database/entities/user.entity.js';
import { type LoginColumn, LoginRepository } from './login.repository.js';

/**
 * How many logins of one account from one network are looked at at once, and how many from all: an attempt counts against
 * their budgets until its password has proved right, so that many right ones at once would use them up.
 */
const MAX_CONCURRENT_PER_NETWORK = 4;
const MAX_CONCURRENT_PER_ACCOUNT = 40;

/** A user who has just logged in, and the JWT that says so. */
export interface LoggedInUser {
  readonly user: User;
  readonly jwt: string;
}

/** Who somebody says they are. */
interface ClaimedIdentity {
  readonly door: LoginColumn;
  readonly key: string;
}

/** What asks for a password. */
type LoginAction = 'login' | 'password.change';

/** Who tries, before their password is looked at; there may be no such user. */
interface RecognisedUser {
  readonly user: User | null;
  readonly actor: Actor;
  readonly by: AttemptBy;
}

/** Somebody whose password was right; whether they may log in is another question. */
interface VerifiedUser {
  readonly user: User;
  readonly actor: Actor;
  readonly attempt: CountedAttempt;
}

/** The act behind both doors: from a name and a password to a session and its JWT. */
@Injectable()
export class LoginService {
  private readonly perAccount = new KeyedLimiter(MAX_CONCURRENT_PER_ACCOUNT);
  private readonly perNetwork = new KeyedLimiter(MAX_CONCURRENT_PER_NETWORK);

  constructor(
    private readonly users: LoginRepository,
    private readonly passwords: PasswordHasher,
    private readonly work: CryptoQueue,
    private readonly sessions: SessionService,
    private readonly authHeaders: AuthHeaderService,
    private readonly throttle: LoginThrottleService,
    private readonly refusals: RefusalAudit,
    private readonly audit: AuditService,
    private readonly transaction: AuditedTransaction,
    private readonly settings: Settings,
  ) {}

  /** The door by username. @throws ApiError `incorrect_credentials`, `password_expired`, `too_many_attempts` or `unavailable` */
  logInByUsername(username: string, password: string, origin: Origin): Promise<LoggedInUser> {
    const who = { door: 'usernameKey', key: usernameKey(username) } as const;
    return this.withAdmission(who, origin, 'login', () => this.logIn(who, password, origin));
  }

  /** The door by e-mail address. @throws ApiError `incorrect_credentials`, `password_expired`, `too_many_attempts` or `unavailable` */
  logInByEmail(email: string, password: string, origin: Origin): Promise<LoggedInUser> {
    const who = { door: 'emailKey', key: emailKey(email) } as const;
    return this.withAdmission(who, origin, 'login', () => this.logIn(who, password, origin));
  }

  /**
   * Changes a password, also one that has expired or was set by somebody else; ends every other session of the user.
   * @param endAuthHeaders whether every auth header of the user ends too.
   * @throws ApiError `incorrect_credentials`, `too_many_attempts`, or `invalid_fields` for a new password that is weak
   */
  changePassword(
    username: string,
    password: string,
    newPassword: string,
    endAuthHeaders: boolean,
    origin: Origin,
  ): Promise<LoggedInUser> {
    const who = { door: 'usernameKey', key: usernameKey(username) } as const;
    return this.withAdmission(who, origin, 'password.change', () =>
      this.replacePassword(who, password, newPassword, endAuthHeaders, origin),
    );
  }

  /**
   * Runs a login once the queue has a place, within the concurrency limits of the account and of the account and network.
   */
  private async withAdmission<T>(
    who: ClaimedIdentity,
    origin: Origin,
    action: LoginAction,
    act: () => Promise<T>,
  ): Promise<T> {
    // A client without attempts left must not take a place in the queue: it would keep all other clients from logging in.
    this.work.refuseIfFull();
    const { actor, by } = await this.identify(who, origin);
    await this.recordingRefusals(actor, action, () => this.throttle.refuseExhausted(by));
    const account = JSON.stringify(who);
    const ofNetwork = `${account} ${origin.network}`;
    return this.work.enter(() => this.perNetwork.run(ofNetwork, () => this.perAccount.run(account, act)));
  }

  private async replacePassword(
    who: ClaimedIdentity,
    password: string,
    newPassword: string,
    endAuthHeaders: boolean,
    origin: Origin,
  ): Promise<LoggedInUser> {
    const { user, actor, attempt } = await this.verifyPassword(who, password, origin, 'password.change');
    try {
      if (newPassword.normalize('NFC') === password.normalize('NFC')) throw passwordUnchanged();
      await refuseWeakPassword('newPassword', newPassword, user, this.settings.passwordMinLength);
    } catch (error) {
      // A caller who knows the password is not guessing.
      await this.throttle.refund(attempt);
      await this.audit.record(actor, { action: 'password.change', outcome: 'refused', detail: 'new password is weak' });
      throw error;
    }
    const passwordHash = await this.passwords.hash(newPassword);
    const changed = {
      passwordHash,
      passwordChanged: new Date(),
      passwordExpires: null,
      initialPasswordExpires: null,
    };
    const renewed = { ...user, ...changed };
    const session = await this.transaction.commit(actor, async (manager) => {
      // Whoever changed it in the meantime, or reset it, was first; a login may have made its hash anew.
      if (!(await this.users.changePassword(user, changed, manager))) throw new ApiError('incorrect_credentials');
      await this.sessions.endAll(user.id, manager);
      if (endAuthHeaders) await this.authHeaders.deleteAll(user.id, manager);
      await this.throttle.reset(attempt, manager);
      const opened = await this.sessions.open(renewed, origin, manager);
      const entry: AuditEntry = {
        action: 'password.change',
        target: user.id,
        detail: `session ${opened.id}${endAuthHeaders ? ', auth headers ended' : ''}`,
        revokes: { kind: 'user', userId: user.id },
      };
      return { result: opened, entry } satisfies Audited<unknown>;
    });
    return { user: renewed, jwt: await this.sessions.mint(renewed, session) };
  }

  private async logIn(who: ClaimedIdentity, password: string, origin: Origin): Promise<LoggedInUser> {
    const { user, actor, attempt } = await this.verifyPassword(who, password, origin, 'login');
    if (this.standingOf(user) !== 'admitted') {
      await this.throttle.refund(attempt);
      await this.audit.record(actor, { action: 'login', outcome: 'refused', detail: 'password expired' });
      throw new ApiError('password_expired');
    }
    const rehashed = this.passwords.isOutdated(user.passwordHash) ? await this.passwords.hash(password) : null;
    const session = await this.transaction.commit(actor, async (manager) => {
      // A password changed, or a user disabled, since the look-up must not leave a session behind. Its hash alone may
      // be another by now: of logins at once, each makes it anew.
      if (!(await this.users.confirm(user, rehashed, manager))) throw new ApiError('incorrect_credentials');
      await this.throttle.reset(attempt, manager);
      const opened = await this.sessions.open(user, origin, manager);
      return { result: opened, entry: { action: 'login', target: opened.id } } satisfies Audited<unknown>;
    });
    return { user, jwt: await this.sessions.mint(user, session) };
  }

  /**
   * Whose password it is. Unknown, wrong, disabled, empty and over-long look and cost the same; a right password alone
   * reveals more.
   */
  private async verifyPassword(
    who: ClaimedIdentity,
    password: string,
    origin: Origin,
    action: LoginAction,
  ): Promise<VerifiedUser> {
    const { user, actor, by } = await this.identify(who, origin);
    const attempt = await this.recordingRefusals(actor, action, () => this.throttle.consume(by));
    const matches = await this.passwords.matches(user?.passwordHash, password);
    if (user === null || !matches || this.standingOf(user) === 'refused') {
      await this.audit.record(actor, { action, outcome: 'refused', detail: 'incorrect credentials' });
      throw new ApiError('incorrect_credentials');
    }
    return { user, actor, attempt };
  }

  /** Who tries; looked up again when their turn has come, since much can have changed meanwhile. */
  private async identify(who: ClaimedIdentity, origin: Origin): Promise<RecognisedUser> {
    const user = await this.users.findBy(who.door, who.key);
    const account = user?.id ?? createHash('sha256').update(JSON.stringify(who)).digest('base64url');
    // A name that is nobody's may be a password typed in the wrong place: it is not written down.
    const actor = { ...passwordBearer(user?.username ?? '', origin), userId: user?.id ?? null };
    const isKnownNetwork = await this.sessions.hasLoggedInFrom(account, origin.network);
    return { user, actor, by: { account, network: origin.network, isKnownNetwork } };
  }

  private standingOf(user: User): LoginStanding {
    return loginStandingOf(user, this.settings.passwordMaxAgeDays);
  }

  private async recordingRefusals<T>(actor: Actor, action: LoginAction, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof TooManyAttempts) await this.refusals.note(actor, action, error.budget);
      throw error;
    }
  }
}

function passwordUnchanged(): ApiError {
  return new ApiError('invalid_fields', {
    details: [{ field: 'newPassword', message: message('must_be_another_password') }],
  });
}
