import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditEntry } from '../audit/audit-entry.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import type { User } from '../database/entities/user.entity.js';
import { type LastWrites, type Locks, SIGNING_KEYS, userLock } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { Challenges, type OpenChallenge } from '../factor/challenges.js';
import type { EnrolledFactor, RightProof } from '../factor/factor-method.js';
import { SecondFactors } from '../factor/second-factors.js';
import type { Origin } from '../net/origin.js';
import { amrOf, BY_PASSWORD } from '../session/amr.js';
import { SessionService } from '../session/session.service.js';
import type { AttemptBy } from './budgets.js';
import { type CountedAttempt, LoginThrottleService } from './login-throttle.service.js';
import { LoginRepository } from './login.repository.js';
import { MailLinks } from './mail-links.js';
import type { AcceptedChange, Door } from './pending-login.js';

/** A user who has just logged in, and the JWT of the session. */
export interface LoggedInUser {
  readonly user: User;
  readonly jwt: string;
  readonly sessionId: string;
  readonly door: Door;
  /** The replacement of the recovery code that completed the login. It is shown once. */
  readonly recoveryCode?: string;
  /** The recovery codes of a factor that was set up with the login. They are shown once. */
  readonly recoveryCodes?: readonly string[];
}

/** A login of which everything is proved. */
export interface ProvedLogin {
  readonly user: User;
  readonly actor: Actor;
  readonly origin: Origin;
  readonly door: Door;
  /** The attempts that were counted and have succeeded. */
  readonly attempts: readonly CountedAttempt[];
  /** The attempt at the password, where it was refunded at the first step. */
  readonly refunded?: AttemptBy;
  /** A new hash of the same password; null to leave the hash as it is. */
  readonly rehashed: string | null;
  readonly change?: AcceptedChange | undefined;
  /** The proof of the second factor. Without one and without an enrolment, the user must have no factor. */
  readonly proof?: RightProof | undefined;
  readonly enrolled?: EnrolledFactor;
  /** Whether the passkey of the proof took the place of the password. */
  readonly isByPasskey?: boolean;
  /** The challenge of the second step. */
  readonly challenge?: OpenChallenge;
}

/** What a transaction of a login has made. */
interface Opened {
  readonly user: User;
  readonly session: ReturnType<SessionService['begin']>;
  readonly recoveryCode?: string;
  readonly recoveryCodes?: readonly string[];
}

/** Ends a login in one transaction: what was proved is used up, and a session begins. */
@Injectable()
export class LoginCompletion {
  constructor(
    private readonly users: LoginRepository,
    private readonly sessions: SessionService,
    private readonly authHeaders: AuthHeaderService,
    private readonly factors: SecondFactors,
    private readonly challenges: Challenges,
    private readonly throttle: LoginThrottleService,
    private readonly links: MailLinks,
    private readonly transaction: AuditedTransaction,
  ) {}

  /**
   * Opens a session, after a change of the password if there is one.
   * @throws ApiError `incorrect_credentials` if the user has changed meanwhile, `incorrect_second_factor` if another request has used
   * the proof or the challenge
   */
  async complete(login: ProvedLogin): Promise<LoggedInUser> {
    const { user, session, ...codes } = await this.transaction.commit(
      login.actor,
      (manager, last) => this.work(login, manager, last),
      locksOf(login),
    );
    const jwt = await this.sessions.mint(user, session);
    return { user, jwt, sessionId: session.id, door: login.door, ...codes };
  }

  private async work(login: ProvedLogin, manager: EntityManager, last: LastWrites): Promise<Audited<Opened>> {
    const { user, origin, rehashed, change, proof, enrolled, challenge, isByPasskey = false } = login;
    // First, so that of two requests with one token the later one is told that it is used.
    if (challenge !== undefined) await this.challenges.consume(challenge, manager);
    // A password changed, a user disabled, or a factor enrolled, since the lookup must not leave a session behind. The hash alone
    // may differ: each of several concurrent logins replaces an outdated one.
    if (!(await this.users.confirm(user, rehashed, proof === undefined, manager))) {
      throw new ApiError('incorrect_credentials');
    }
    const spent = (await proof?.spend(manager)) ?? {};
    const added = enrolled === undefined ? undefined : await this.factors.store(user.id, enrolled, manager);
    const changed = change === undefined ? user : await this.replacePassword(user, change, manager);
    const proofs = proof?.amr ?? enrolled?.amr ?? [];
    const session = this.sessions.begin(changed, origin, amrOf([...(isByPasskey ? [] : BY_PASSWORD), ...proofs]));
    last.add(this.sessions.store(session, manager));
    const { language } = origin;
    if (language !== undefined && language !== user.language)
      last.add(this.users.setLanguage(user.id, language, manager));
    // Late, since other logins from the network wait for its count.
    last.add(this.resetCounts(login, manager));
    const detail = proofs.length === 0 ? '' : `${isByPasskey ? 'passkey' : 'second factor'} ${proofs.join(' ')}`;
    const further: Omit<AuditEntry, 'revokes'>[] = [];
    if (added !== undefined) {
      const { id, kind, name } = added.factor;
      further.push({ action: 'factor.add', target: id, detail: `${kind} ${JSON.stringify(name)}` });
    }
    if (spent.recoveryCode !== undefined) further.push({ action: 'factor.recovery-code-used', target: user.id });
    return {
      result: { user: changed, session, ...spent, ...(added?.recoveryCodes && { recoveryCodes: added.recoveryCodes }) },
      entry:
        change === undefined
          ? { action: 'login', target: session.id, detail }
          : {
              action: 'password.change',
              target: user.id,
              detail: [`session ${session.id}`, detail, change.endAuthHeaders ? 'auth headers ended' : '']
                .filter(Boolean)
                .join(', '),
              revokes: { kind: 'user', userId: user.id },
            },
      further,
    };
  }

  private async replacePassword(user: User, change: AcceptedChange, manager: EntityManager): Promise<User> {
    const columns = {
      passwordHash: change.passwordHash,
      passwordChanged: new Date(),
      passwordExpires: null,
      initialPasswordExpires: null,
    };
    // A change or a reset may have come between, as the statement before tells only for this moment.
    if (!(await this.users.changePassword(user, columns, manager))) throw new ApiError('incorrect_credentials');
    await this.sessions.endAll(user.id, manager);
    if (change.endAuthHeaders) await this.authHeaders.deleteAll(user.id, manager);
    await this.links.voidRequests(user.id, manager);
    return { ...user, ...columns };
  }

  private async resetCounts({ user, attempts, refunded, change }: ProvedLogin, manager: EntityManager): Promise<void> {
    // Of its own login route only: strangers who watch both would see that they belong to one user.
    for (const attempt of attempts) await this.throttle.reset(attempt, manager);
    if (refunded !== undefined) await this.throttle.resetRefunded(refunded, manager);
    if (change !== undefined) await this.throttle.clear(user, manager);
  }
}

function locksOf({ user, change, enrolled }: ProvedLogin): Locks {
  const exclusive = change === undefined && enrolled === undefined ? [] : [userLock(user.id)];
  return { exclusive, shared: enrolled === undefined ? [] : [SIGNING_KEYS] };
}
