import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { type Actor, passwordBearer } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import type { FactorKind } from '../database/entities/factor.entity.js';
import type { User } from '../database/entities/user.entity.js';
import { SIGNING_KEYS, Transactions } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { type ChallengePurpose, Challenges, deadToken, type OpenChallenge } from '../factor/challenges.js';
import type { FactorProof } from '../factor/factor-method.js';
import { SecondFactors } from '../factor/second-factors.js';
import type { Origin } from '../net/origin.js';
import { FactorGuesses } from './factor-guesses.js';
import { type LoggedInUser, LoginCompletion, type ProvedLogin } from './login-completion.js';
import { signallingLogin } from './login-signal.js';
import { loginStandingOf, refusalOfSession } from './login-standing.js';
import { LoginRepository } from './login.repository.js';
import { type PendingLogin, pendingLoginOf, toState } from './pending-login.js';

/** The name of a factor that is set up at a login, where nobody has asked for one. */
const NAME_OF_FIRST: Readonly<Record<FactorKind, string>> = { totp: 'Authenticator app', passkey: 'Passkey' };

/** A login whose second step has come. */
interface Resumed {
  readonly user: User;
  readonly actor: Actor;
  readonly challenge: OpenChallenge;
  readonly pending: PendingLogin;
}

/** The second step of a login, or of a change of a password, after {@link FactorStep} has begun it. */
@Injectable()
export class SecondStepService {
  constructor(
    private readonly users: LoginRepository,
    private readonly factors: SecondFactors,
    private readonly challenges: Challenges,
    private readonly guesses: FactorGuesses,
    private readonly completion: LoginCompletion,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly settings: Settings,
  ) {}

  /**
   * Ends a login by the proof of a second factor, or by that of an enrolment that {@link setUp} has begun.
   * @param token of `secondFactor`
   * @throws ApiError `incorrect_second_factor`, also for a token that is worth nothing; `too_many_attempts`; and what the login throws
   * once the user may not log in any more
   */
  async complete(token: string, proof: FactorProof, origin: Origin): Promise<LoggedInUser> {
    const proving = await this.resume(token, 'second-factor', origin);
    if (proving !== undefined) return signalling(proving, () => this.prove(proving, proof, origin));
    const settingUp = await this.resume(token, 'factor-setup', origin);
    if (settingUp !== undefined) return signalling(settingUp, () => this.endSetUp(settingUp, proof, origin));
    throw deadToken();
  }

  /**
   * Begins an enrolment, or another one, for who must have a second factor and has none.
   * @returns what the client needs to prove it, without the token, which stays the same.
   * @throws ApiError `incorrect_second_factor` for a token that is worth nothing here
   */
  async setUp(token: string, kind: FactorKind, origin: Origin): Promise<object> {
    const resumed = await this.resume(token, 'factor-setup', origin);
    if (resumed === undefined) throw deadToken();
    const { user, challenge, pending } = resumed;
    const { state, answer } = await this.factors.methodOf(kind).begin(user, NAME_OF_FIRST[kind]);
    const begun = toState({ ...pending, enrolment: { kind, state } });
    await this.transactions.run((manager) => this.challenges.remember(challenge, begun, manager), {
      shared: [SIGNING_KEYS],
    });
    return answer;
  }

  /** The challenge of a second step and its user, for a proof that must be prepared, such as that of a passkey. */
  async findStep(token: string, origin: Origin): Promise<{ user: User; challenge: OpenChallenge } | undefined> {
    return this.resume(token, 'second-factor', origin);
  }

  private async prove(resumed: Resumed, proof: FactorProof, origin: Origin): Promise<LoggedInUser> {
    const { user, actor, challenge, pending } = resumed;
    const { action, isKnownNetwork } = pending;
    const guess = { userId: user.id, actor, action, isKnownNetwork, proof, challenge };
    const right = await this.guesses.check(guess);
    return this.completion.complete({ ...knownOf(resumed, origin), attempts: [right.attempt], proof: right.proof });
  }

  private async endSetUp(resumed: Resumed, proof: FactorProof, origin: Origin): Promise<LoggedInUser> {
    const { actor, challenge, pending } = resumed;
    // Limited by the tries of the challenge alone: the secret that is guessed is the caller's own.
    await this.challenges.countTry(challenge);
    const { enrolment, action } = pending;
    const enrolled = enrolment && (await this.factors.methodOf(enrolment.kind).finish(enrolment.state, proof));
    if (!enrolled) {
      await this.audit.record(actor, { action, outcome: 'refused', detail: 'incorrect second factor' });
      throw new ApiError('incorrect_second_factor');
    }
    return this.completion.complete({ ...knownOf(resumed, origin), attempts: [], enrolled });
  }

  /** Undefined for a token that is worth nothing, or not any more. @throws ApiError if the user may not log in any more */
  private async resume(token: string, purpose: ChallengePurpose, origin: Origin): Promise<Resumed | undefined> {
    const challenge = await this.challenges.find(token, purpose, origin.network);
    const user = challenge?.userId ? await this.users.find(challenge.userId) : null;
    if (challenge === undefined || user === null) return undefined;
    const pending = pendingLoginOf(challenge.state);
    if (pending.passwordChanged !== user.passwordChanged.toISOString()) return undefined;
    const standing = loginStandingOf(user, this.settings.passwordMaxAgeDays);
    if (standing === 'refused') return undefined;
    if (pending.change === null && standing !== 'admitted') throw new ApiError(refusalOfSession(standing).code);
    const actor = { ...passwordBearer(user.username, origin), userId: user.id };
    return { user, actor, challenge, pending };
  }
}

/** A change of a password is no login. */
function signalling<T>({ pending: { action, door } }: Resumed, step: () => Promise<T>): Promise<T> {
  return action === 'login' ? signallingLogin(door.kind, step) : step();
}

/** What the login knew at its first step. */
function knownOf({ user, actor, challenge, pending }: Resumed, origin: Origin): Omit<ProvedLogin, 'attempts'> {
  const { door, account, isKnownNetwork, rehashed, change } = pending;
  const refunded = { secret: 'password', account, network: origin.network, isKnownNetwork } as const;
  return { user, actor, origin, door, refunded, rehashed, challenge, change: change ?? undefined };
}
