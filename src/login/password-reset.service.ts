import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '../audit/audit-entry.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Recipient } from '../audit/notices.js';
import { type Actor, linkBearer, passwordBearer } from '../auth/actor.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import { Settings } from '../config/settings.js';
import { CryptoQueue } from '../crypto/crypto-queue.js';
import type { User } from '../database/entities/user.entity.js';
import { userLock } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { MailQueue } from '../mail/mail-queue.js';
import type { Origin } from '../net/origin.js';
import { SessionService } from '../session/session.service.js';
import { accountOf, identityOf } from './claimed-identity.js';
import { FactorGuesses, type RightGuess } from './factor-guesses.js';
import { FactorStep } from './factor-step.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { loginStandingOf } from './login-standing.js';
import { LoginRepository } from './login.repository.js';
import { MailLinks } from './mail-links.js';
import { RequestThrottle } from './request-throttle.js';
import { PasswordHasher } from './password-hasher.js';
import { refuseWeakPassword } from './password-policy.js';

const NOBODY: Recipient = { userId: null, to: '', username: '', language: null };

/** A new password, by the link of a mail. */
export interface PasswordReset {
  readonly token: string;
  readonly newPassword: string;
  /** A code of the second factor, or a recovery code; a user who has a factor needs one. */
  readonly otp?: string | undefined;
  /** Whether every auth header of the user ends too. */
  readonly endAuthHeaders: boolean;
}

/** What a reset leaves to show. */
export interface ResetResult {
  /** The replacement of the recovery code that was used. It is shown once. */
  readonly recoveryCode?: string;
}

/** A forgotten password: from an e-mail address to a link, and from the link to a new password. */
@Injectable()
export class PasswordResetService {
  constructor(
    private readonly users: LoginRepository,
    private readonly links: MailLinks,
    private readonly mails: MailQueue,
    private readonly requests: RequestThrottle,
    private readonly passwords: PasswordHasher,
    private readonly work: CryptoQueue,
    private readonly sessions: SessionService,
    private readonly authHeaders: AuthHeaderService,
    private readonly step: FactorStep,
    private readonly guesses: FactorGuesses,
    private readonly throttle: LoginThrottleService,
    private readonly transaction: AuditedTransaction,
    private readonly settings: Settings,
  ) {}

  /**
   * Mails a link to a user who may log in, or may change the password. For any other address it does the same, with a mail that is
   * never sent: neither the answer nor its time tells which addresses there are.
   * @throws ApiError `mail_not_configured`, or `too_many_attempts` for the network
   */
  async forgot(email: string, origin: Origin): Promise<void> {
    this.mails.refuseIfOff();
    const claimed = identityOf({ email });
    const account = accountOf(claimed);
    // Nobody has proved who they are.
    const actor = passwordBearer('', origin);
    if (!(await this.requests.admitsMail({ action: 'password.forgot', subject: account, actor }))) return;
    const found = await this.users.findBy(claimed.door, claimed.key);
    const user = found !== null && this.mayReset(found) ? found : null;
    const recipient = user === null ? NOBODY : recipientOf(user, origin);
    await this.transaction.commit(
      actor,
      async (manager) => {
        const owner = { userId: user?.id ?? null, email: user?.email ?? '' };
        const { token, expires } = await this.links.make('reset', owner, manager);
        const kind = user === null ? 'nothing' : 'reset-link';
        const entry: AuditEntry = {
          action: 'password.forgot',
          outcome: user === null ? 'refused' : 'success',
          target: found?.id ?? null,
          detail: user === null ? 'no user who may log in has the address' : '',
          notice: { kind, recipient, token, until: expires },
        };
        return { result: undefined, entry } satisfies Audited<unknown>;
      },
      { exclusive: [userLock(user?.id ?? account)] },
    );
  }

  /**
   * Changes the password, ends every session of the user and voids what was mailed before. It logs nobody in, and changes no factor.
   * @throws ApiError `mail_not_configured`, `invalid_link`, `unavailable`, `invalid_fields` for a weak password, or for the factor of a
   * user who has one `second_factor_required`, `incorrect_second_factor` or `too_many_attempts`
   */
  async reset({ token, newPassword, otp, endAuthHeaders }: PasswordReset, origin: Origin): Promise<ResetResult> {
    this.mails.refuseIfOff();
    const link = await this.links.find(token, 'reset');
    const { user } = link;
    await refuseWeakPassword('newPassword', newPassword, user, this.settings.passwordMinLength);
    const actor = linkBearer(user, link.id, origin);
    const guess = await this.proveFactor(user, otp, actor);
    const passwordHash = await this.work.enter(() => this.passwords.hash(newPassword, origin.hasHungUp));
    const now = new Date();
    const changes = {
      passwordHash,
      passwordChanged: now,
      passwordExpires: null,
      initialPasswordExpires: null,
      // Who has the link receives what is sent to the address.
      emailConfirmed: now,
    };
    return this.transaction.commit(
      actor,
      async (manager) => {
        await this.links.consume(link, manager);
        // Since the look-up the password may have been changed, the user disabled, or a factor enrolled, which a reset must not pass.
        const isUnchanged = await this.users.confirm(user, null, guess === undefined, manager);
        if (!isUnchanged || !(await this.users.changePassword(user, changes, manager))) {
          throw new ApiError('invalid_link');
        }
        const spent = (await guess?.proof.spend(manager)) ?? {};
        await this.sessions.endAll(user.id, manager);
        if (endAuthHeaders) await this.authHeaders.deleteAll(user.id, manager);
        if (guess !== undefined) await this.throttle.reset(guess.attempt, manager);
        await this.throttle.clear(user, manager);
        await this.links.voidRequests(user.id, manager);
        const entry: AuditEntry = {
          action: 'password.reset-link',
          target: user.id,
          detail: endAuthHeaders ? 'auth headers ended' : '',
          revokes: { kind: 'user', userId: user.id },
        };
        const used = { action: 'factor.recovery-code-used', target: user.id } as const;
        return { result: spent, entry, further: spent.recoveryCode === undefined ? [] : [used] };
      },
      { exclusive: [userLock(user.id)] },
    );
  }

  /** @returns undefined for a user without a factor. */
  private async proveFactor(user: User, otp: string | undefined, actor: Actor): Promise<RightGuess | undefined> {
    const need = await this.step.needOf(user);
    if (need?.kind !== 'proof') return undefined;
    if (otp === undefined) throw new ApiError('second_factor_required');
    const isKnownNetwork = await this.sessions.hasLoggedInFrom(user.id, actor.network);
    const guess = { userId: user.id, actor, action: 'password.reset-link', isKnownNetwork, proof: { otp } } as const;
    return this.guesses.check(guess);
  }

  private mayReset(user: User): boolean {
    return loginStandingOf(user, this.settings.passwordMaxAgeDays) !== 'refused';
  }
}

/** A user who gets a mail, in the language of the request where they have none yet. */
function recipientOf({ id, email, username, language }: User, origin: Origin): Recipient {
  return { userId: id, to: email, username, language: language ?? origin.language ?? null };
}
