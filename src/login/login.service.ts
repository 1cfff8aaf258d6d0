import { Injectable, Logger } from '@nestjs/common';
import type { AuditEntry } from '../audit/audit-entry.js';
import { AuditService } from '../audit/audit.service.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import { type Actor, passwordBearer } from '../auth/actor.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import type { Origin } from '../net/origin.js';
import { message } from '../i18n/message.js';
import { SessionService } from '../session/session.service.js';
import type { AttemptBy } from './budgets.js';
import { accountOf, type ClaimedIdentity, type GivenName, identityOf } from './claimed-identity.js';
import { describeUsedUp } from './describe-used-up.js';
import { LoginAdmission } from './login-admission.js';
import { type CountedAttempt, LoginThrottleService } from './login-throttle.service.js';
import { MailLinks } from './mail-links.js';
import { RefusalAudit } from './refusal-audit.js';
import { TooManyAttempts } from './too-many-attempts.js';
import { type LoginStanding, loginStandingOf, refusalOfSession } from './login-standing.js';
import { refuseWeakPassword } from './password-policy.js';
import { PasswordHasher } from './password-hasher.js';
import type { User } from '../database/entities/user.entity.js';
import { userLock } from '../database/transactions.js';
import { LoginRepository } from './login.repository.js';

/** Looked up in place of the id of a user who does not exist: the response must not come earlier. */
const NO_USER = '00000000-0000-0000-0000-000000000000';

/** A user who has just logged in, and the JWT of the session. */
export interface LoggedInUser {
  readonly user: User;
  readonly jwt: string;
}

/** A change of a password, as a caller asks for it. */
export interface PasswordChange {
  readonly password: string;
  readonly newPassword: string;
  /** Whether every auth header of the user ends too. */
  readonly endAuthHeaders: boolean;
}

/** The actions that ask for a password. */
type LoginAction = 'login' | 'password.change';

/** A caller before the password is checked. */
interface RecognisedCaller {
  /** null if the claimed identity is no user's. */
  readonly user: User | null;
  readonly action: LoginAction;
  readonly origin: Origin;
  readonly actor: Actor;
  readonly by: AttemptBy;
  /** The refusal of the account, if it has no attempts left except from known networks. */
  readonly closed: TooManyAttempts | undefined;
}

/** A user who has given the right password, and may still not be allowed to log in. */
interface VerifiedUser {
  readonly user: User;
  readonly attempt: CountedAttempt;
}

/** Logins by both routes, and changes of a password: from a name and a password to a session and its JWT. */
@Injectable()
export class LoginService {
  private readonly logger = new Logger('Login');

  constructor(
    private readonly users: LoginRepository,
    private readonly passwords: PasswordHasher,
    private readonly admission: LoginAdmission,
    private readonly sessions: SessionService,
    private readonly authHeaders: AuthHeaderService,
    private readonly throttle: LoginThrottleService,
    private readonly links: MailLinks,
    private readonly refusals: RefusalAudit,
    private readonly audit: AuditService,
    private readonly transaction: AuditedTransaction,
    private readonly settings: Settings,
  ) {}

  /**
   * @throws ApiError `incorrect_credentials`, `password_expired`, `password_change_required`, `too_many_attempts` or
   * `unavailable`
   */
  logIn(name: GivenName, password: string, origin: Origin): Promise<LoggedInUser> {
    return this.withAdmission(name, origin, 'login', (caller) => this.openSession(caller, password));
  }

  /**
   * Changes a password, which may have expired or be a one-time password; ends every other session of the user.
   * @throws ApiError `incorrect_credentials`, `too_many_attempts`, `unavailable`, or `invalid_fields` for a weak new password
   */
  changePassword(name: GivenName, change: PasswordChange, origin: Origin): Promise<LoggedInUser> {
    return this.withAdmission(name, origin, 'password.change', (caller) => this.replacePassword(caller, change));
  }

  /** Runs a login when it is its turn. */
  private async withAdmission<T>(
    name: GivenName,
    origin: Origin,
    action: LoginAction,
    act: (caller: RecognisedCaller) => Promise<T>,
  ): Promise<T> {
    const claimed = identityOf(name);
    // A client without attempts left must not take a place in the queue: it would keep all other clients from logging in.
    this.admission.refuseIfFull();
    const ahead = await this.recognise(claimed, origin, action);
    return this.admission.run(ahead.by, async (hasWaited) =>
      // While it waited, the attempts of others may have used up its budgets.
      act(hasWaited ? await this.recognise(claimed, origin, action) : ahead),
    );
  }

  private async replacePassword(
    caller: RecognisedCaller,
    { password, newPassword, endAuthHeaders }: PasswordChange,
  ): Promise<LoggedInUser> {
    const { actor, origin } = caller;
    const { user, attempt } = await this.verifyPassword(caller, password);
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
    const session = await this.transaction.commit(
      actor,
      async (manager) => {
        // The password may have been changed or reset since the lookup. A login may have replaced its hash alone.
        if (!(await this.users.changePassword(user, changed, manager))) throw new ApiError('incorrect_credentials');
        await this.sessions.endAll(user.id, manager);
        if (endAuthHeaders) await this.authHeaders.deleteAll(user.id, manager);
        await this.throttle.reset(attempt, manager);
        await this.throttle.clear(user, manager);
        await this.links.voidRequests(user.id, manager);
        const opened = this.sessions.begin(renewed, origin);
        await this.sessions.store(opened, manager);
        const entry: AuditEntry = {
          action: 'password.change',
          target: user.id,
          detail: `session ${opened.id}${endAuthHeaders ? ', auth headers ended' : ''}`,
          revokes: { kind: 'user', userId: user.id },
        };
        return { result: opened, entry } satisfies Audited<unknown>;
      },
      { exclusive: [userLock(user.id)] },
    );
    return { user: renewed, jwt: await this.sessions.mint(renewed, session) };
  }

  private async openSession(caller: RecognisedCaller, password: string): Promise<LoggedInUser> {
    const { actor, origin } = caller;
    const { user, attempt } = await this.verifyPassword(caller, password);
    const standing = this.standingOf(user);
    if (standing !== 'admitted') {
      const { code, detail } = refusalOfSession(standing);
      await this.throttle.refund(attempt);
      await this.audit.record(actor, { action: 'login', outcome: 'refused', detail });
      throw new ApiError(code);
    }
    const rehashed = this.passwords.isOutdated(user.passwordHash) ? await this.passwords.hash(password) : null;
    const session = await this.transaction.commit(actor, async (manager, last) => {
      // A password changed, or a user disabled, since the lookup must not leave a session behind. The hash alone may differ:
      // each of several concurrent logins replaces an outdated one.
      if (!(await this.users.confirm(user, rehashed, manager))) throw new ApiError('incorrect_credentials');
      const opened = this.sessions.begin(user, origin);
      last.add(this.sessions.store(opened, manager));
      const { language } = origin;
      if (language !== undefined && language !== user.language)
        last.add(this.users.setLanguage(user.id, language, manager));
      // Of its own login route only: strangers who watch both would see that they belong to one user. Late, since other logins
      // from the network wait for its count.
      last.add(this.throttle.reset(attempt, manager));
      return { result: opened, entry: { action: 'login', target: opened.id } } satisfies Audited<unknown>;
    });
    return { user, jwt: await this.sessions.mint(user, session) };
  }

  /**
   * Checks a password. Unknown, wrong, disabled, empty and over-long look and cost the same, also while the account is closed.
   * Only the right password gets a different response.
   */
  private async verifyPassword(caller: RecognisedCaller, password: string): Promise<VerifiedUser> {
    const { user, actor, action, by, closed } = caller;
    return this.recordingRefusals(actor, action, async () => {
      const attempt = await this.throttle.consume(by, closed);
      const passwordHash = attempt.isChecked ? user?.passwordHash : undefined;
      const matches = await this.passwords.matches(passwordHash, password);
      if (user !== null && matches && this.standingOf(user) !== 'refused') return { user, attempt };
      for (const budget of attempt.usedUp) this.logger.warn(describeUsedUp(budget, actor));
      if (attempt.refusal !== undefined) throw attempt.refusal;
      await this.audit.record(actor, { action, outcome: 'refused', detail: 'incorrect credentials' });
      throw new ApiError('incorrect_credentials');
    });
  }

  /** Looks up the user and the budgets of a caller. @throws TooManyAttempts */
  private async recognise(claimed: ClaimedIdentity, origin: Origin, action: LoginAction): Promise<RecognisedCaller> {
    const user = await this.users.findBy(claimed.door, claimed.key);
    // A name that is no user's may be a password in the wrong field: it is not recorded.
    const actor = { ...passwordBearer(user?.username ?? '', origin), userId: user?.id ?? null };
    const isKnownNetwork = await this.sessions.hasLoggedInFrom(user?.id ?? NO_USER, origin.network);
    const by = { account: accountOf(claimed), network: origin.network, isKnownNetwork };
    const closed = await this.recordingRefusals(actor, action, () => this.throttle.look(by));
    return { user, action, origin, actor, by, closed };
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
