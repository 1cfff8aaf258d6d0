import { Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { type Actor, passwordBearer } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import type { User } from '../database/entities/user.entity.js';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';
import type { Origin } from '../net/origin.js';
import { SessionService } from '../session/session.service.js';
import type { AttemptBy } from './budgets.js';
import { accountOf, type ClaimedIdentity, type GivenName, identityOf } from './claimed-identity.js';
import { describeUsedUp } from './describe-used-up.js';
import { FactorGuesses } from './factor-guesses.js';
import { FactorStep } from './factor-step.js';
import { LoginAdmission } from './login-admission.js';
import { type LoggedInUser, LoginCompletion } from './login-completion.js';
import { signallingLogin } from './login-signal.js';
import { type LoginStanding, loginStandingOf, refusalOfSession } from './login-standing.js';
import { type CountedAttempt, LoginThrottleService } from './login-throttle.service.js';
import { LoginRepository } from './login.repository.js';
import { PasswordHasher } from './password-hasher.js';
import { refuseWeakPassword } from './password-policy.js';
import type { AcceptedChange, Door, LoginAction } from './pending-login.js';
import { RefusalAudit } from './refusal-audit.js';
import type { TooManyAttempts } from './too-many-attempts.js';

export type { LoggedInUser } from './login-completion.js';

/** Looked up in place of the id of a user who does not exist: the response must not come earlier. */
const NO_USER = '00000000-0000-0000-0000-000000000000';

/** A change of a password, as a caller asks for it. */
export interface PasswordChange {
  readonly password: string;
  readonly newPassword: string;
  /** As of {@link LoginRequest}. */
  readonly otp?: string | undefined;
  /** Whether every auth header of the user ends too. */
  readonly endAuthHeaders: boolean;
}

/** What a login says, besides the name. */
export interface LoginRequest {
  readonly password: string;
  /** The code of a second factor, or a recovery code. It is not looked at for a user without a second factor. */
  readonly otp?: string | undefined;
  readonly door: Door;
}

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
  /** A new hash of the same password, if its hash is outdated. */
  readonly rehashed?: string | null;
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
    private readonly step: FactorStep,
    private readonly guesses: FactorGuesses,
    private readonly completion: LoginCompletion,
    private readonly throttle: LoginThrottleService,
    private readonly refusals: RefusalAudit,
    private readonly audit: AuditService,
    private readonly settings: Settings,
  ) {}

  /**
   * @throws SecondFactorRequired, whose `secondFactor` is for {@link SecondStepService}; or ApiError `incorrect_credentials`,
   * `password_expired`, `password_change_required`, `incorrect_second_factor`, `too_many_attempts` or `unavailable`
   */
  logIn(name: GivenName, request: LoginRequest, origin: Origin): Promise<LoggedInUser> {
    return signallingLogin(request.door.kind, () =>
      this.withAdmission(name, origin, 'login', (caller) => this.openSession(caller, request)),
    );
  }

  /**
   * Changes a password, which may have expired or be a one-time password; ends every other session of the user.
   * @throws what {@link logIn} throws, or `invalid_fields` for a weak new password
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
    return this.admission.run(ahead.by, async (hasWaited) => {
      if (origin.hasHungUp?.() === true) throw new ApiError('unavailable');
      // While it waited, the attempts of others may have used up its budgets.
      return act(hasWaited ? await this.recognise(claimed, origin, action) : ahead);
    });
  }

  private async replacePassword(caller: RecognisedCaller, change: PasswordChange): Promise<LoggedInUser> {
    const { password, newPassword, otp, endAuthHeaders } = change;
    const verified = await this.verifyPassword(caller, password);
    const { user, attempt } = verified;
    try {
      if (newPassword.normalize('NFC') === password.normalize('NFC')) throw passwordUnchanged();
      await refuseWeakPassword('newPassword', newPassword, user, this.settings.passwordMinLength);
    } catch (error) {
      // A caller who knows the password is not guessing.
      await this.throttle.refund(attempt);
      await this.audit.record(caller.actor, {
        action: 'password.change',
        outcome: 'refused',
        detail: 'new password is weak',
      });
      throw error;
    }
    const accepted = async () => ({ passwordHash: await this.passwords.hash(newPassword), endAuthHeaders });
    return this.finish(caller, verified, { otp, door: { kind: 'user' } }, accepted);
  }

  private async openSession(caller: RecognisedCaller, { password, ...request }: LoginRequest): Promise<LoggedInUser> {
    const verified = await this.verifyPassword(caller, password);
    const { user, attempt } = verified;
    const standing = this.standingOf(user);
    if (standing !== 'admitted') {
      const { code, detail } = refusalOfSession(standing);
      await this.throttle.refund(attempt);
      await this.audit.record(caller.actor, { action: 'login', outcome: 'refused', detail });
      throw new ApiError(code);
    }
    const rehashed = this.passwords.isOutdated(user.passwordHash) ? await this.passwords.hash(password) : null;
    return this.finish(caller, { ...verified, rehashed }, request);
  }

  /** Goes on after the right password: to the end, or to the second step. */
  private async finish(
    { actor, origin, action, by }: RecognisedCaller,
    { user, attempt, rehashed = null }: VerifiedUser,
    { otp, door }: Omit<LoginRequest, 'password'>,
    accepted?: () => Promise<AcceptedChange>,
  ): Promise<LoggedInUser> {
    const need = await this.step.needOf(user);
    const known = { user, actor, origin, door, rehashed };
    if (need === undefined) {
      return this.completion.complete({ ...known, attempts: [attempt], change: await accepted?.() });
    }
    const { isKnownNetwork, account } = by;
    if (need.kind === 'setup' || otp === undefined) {
      const change = (await accepted?.()) ?? null;
      // The right password is no guess, whether or not the login is completed.
      await this.throttle.refund(attempt);
      const passwordChanged = user.passwordChanged.toISOString();
      const pending = { action, door, account, isKnownNetwork, passwordChanged, rehashed, change, enrolment: null };
      throw await this.step.begin(actor, user, need, pending);
    }
    const guess = { userId: user.id, actor, action, isKnownNetwork, proof: { otp } };
    const right = await this.guesses.check(guess).catch(async (error: unknown) => {
      await this.throttle.refund(attempt);
      throw error;
    });
    const attempts = [attempt, right.attempt];
    return this.completion.complete({ ...known, attempts, proof: right.proof, change: await accepted?.() });
  }

  /**
   * Checks a password. Unknown, wrong, disabled, empty and over-long look and cost the same, also while the account is closed.
   * Only the right password gets a different response.
   */
  private async verifyPassword(caller: RecognisedCaller, password: string): Promise<VerifiedUser> {
    const { user, actor, origin, action, by, closed } = caller;
    return this.refusals.recording(actor, action, async () => {
      const attempt = await this.throttle.consume(by, closed);
      const passwordHash = attempt.isChecked ? user?.passwordHash : undefined;
      const warn = (): void => {
        for (const budget of attempt.usedUp) this.logger.warn(describeUsedUp(budget, actor));
      };
      const matches = await this.passwords.matches(passwordHash, password, origin.hasHungUp).catch((error: unknown) => {
        // The attempt stays counted, so that nobody gets more guesses by hanging up.
        warn();
        throw error;
      });
      if (user !== null && matches && this.standingOf(user) !== 'refused') return { user, attempt };
      warn();
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
    const by = { secret: 'password', account: accountOf(claimed), network: origin.network, isKnownNetwork } as const;
    const closed = await this.refusals.recording(actor, action, () => this.throttle.look(by));
    return { user, action, origin, actor, by, closed };
  }

  private standingOf(user: User): LoginStanding {
    return loginStandingOf(user, this.settings.passwordMaxAgeDays);
  }
}

function passwordUnchanged(): ApiError {
  return new ApiError('invalid_fields', {
    details: [{ field: 'newPassword', message: message('must_be_another_password') }],
  });
}
