import { Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { type Actor, passkeyBearer } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import { SIGNING_KEYS, Transactions } from '../database/transactions.js';
import type { User } from '../database/entities/user.entity.js';
import { ApiError } from '../errors/api-error.js';
import { Challenges, deadToken } from '../factor/challenges.js';
import { type RightProof, SuspectProof } from '../factor/factor-method.js';
import { type PasskeyLoginOptions, PasskeyLogins } from '../factor/passkey-logins.js';
import { PasskeyMethod } from '../factor/passkey-method.js';
import { proofIn } from '../factor/passkey-responses.js';
import type { Origin } from '../net/origin.js';
import { describeUsedUp } from './describe-used-up.js';
import { type LoggedInUser, LoginCompletion } from './login-completion.js';
import { type LoginDoor, signallingLogin } from './login-signal.js';
import { type LoginStanding, loginStandingOf, refusalOfSession } from './login-standing.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { RefusalAudit } from './refusal-audit.js';
import { SecondStepService } from './second-step.service.js';

/** What the audit says of a token that was used before. */
const REUSED = 'the passkey or its token was used meanwhile';

/** Logins by a passkey in place of the password. */
@Injectable()
export class PasskeyLoginService {
  private readonly logger = new Logger('Login');

  constructor(
    private readonly passkeys: PasskeyLogins,
    private readonly method: PasskeyMethod,
    private readonly steps: SecondStepService,
    private readonly challenges: Challenges,
    private readonly transactions: Transactions,
    private readonly completion: LoginCompletion,
    private readonly throttle: LoginThrottleService,
    private readonly refusals: RefusalAudit,
    private readonly audit: AuditService,
    private readonly settings: Settings,
  ) {}

  /** What a browser needs. @throws ApiError `passkeys_unavailable` */
  begin(): Promise<PasskeyLoginOptions> {
    return this.passkeys.begin();
  }

  /**
   * What a browser needs for the second step of a login.
   * @param token of `secondFactor`
   * @throws ApiError `incorrect_second_factor` for a token that is worth nothing, or of a user without a passkey;
   * `passkeys_unavailable`
   */
  async beginSecondStep(token: string, origin: Origin): Promise<PasskeyLoginOptions> {
    const step = await this.steps.findStep(token, origin);
    if (step === undefined) throw deadToken();
    const { user, challenge } = step;
    const { options, remembered } = await this.method.ask(user.id, challenge.state);
    if (remembered !== challenge.state) {
      await this.transactions.run((manager) => this.challenges.remember(challenge, remembered, manager), {
        shared: [SIGNING_KEYS],
      });
    }
    return { token, options };
  }

  /**
   * Logs in the user of a passkey. An unknown passkey, a wrong proof, a used token and a disabled user look the same.
   * @param passkey what the browser has answered
   * @param door where: by it, logins are counted
   * @throws ApiError `incorrect_credentials`, `password_expired`, `password_change_required`, `too_many_attempts`, or
   * `invalid_fields` for what no browser answers
   */
  logIn(token: string, passkey: object, origin: Origin, door: LoginDoor): Promise<LoggedInUser> {
    return signallingLogin(door, () => this.logInByProof(token, passkey, origin));
  }

  private async logInByProof(token: string, passkey: object, origin: Origin): Promise<LoggedInUser> {
    const response = proofIn(passkey);
    const named = await this.passkeys.find(response);
    const actor = passkeyBearer(named?.user, origin);
    // A proof cannot be guessed. The count bounds what a network can make the server do.
    const attempt = await this.refusals.recording(actor, 'login', () => this.throttle.consumeOfNetwork(origin.network));
    const proof = named && (await this.passkeys.prove(token, response, named).catch(suspectOrThrow));
    if (!named || !proof || proof instanceof SuspectProof || this.standingOf(named.user) === 'refused') {
      for (const budget of attempt.usedUp) this.logger.warn(describeUsedUp(budget, actor));
      throw await this.refuse(actor, proof instanceof SuspectProof ? proof.detail : 'incorrect passkey');
    }
    const loggedIn = await this.openSession(named.user, proof, actor, origin);
    await this.throttle.refund(attempt);
    return loggedIn;
  }

  private async openSession(user: User, proof: RightProof, actor: Actor, origin: Origin): Promise<LoggedInUser> {
    const standing = this.standingOf(user);
    if (standing !== 'admitted') {
      const { code, detail } = refusalOfSession(standing);
      await this.audit.record(actor, { action: 'login', outcome: 'refused', detail });
      throw new ApiError(code);
    }
    const login = { user, proof, actor, origin, door: { kind: 'user' }, attempts: [], rehashed: null } as const;
    try {
      return await this.completion.complete({ ...login, isByPasskey: true });
    } catch (error) {
      // Another request has used the token, or the passkey was removed meanwhile.
      if (error instanceof ApiError && error.code === 'incorrect_second_factor') throw await this.refuse(actor, REUSED);
      throw error;
    }
  }

  private async refuse(actor: Actor, detail: string): Promise<ApiError> {
    await this.audit.record(actor, { action: 'login', outcome: 'refused', detail });
    return new ApiError('incorrect_credentials');
  }

  private standingOf(user: User): LoginStanding {
    return loginStandingOf(user, this.settings.passwordMaxAgeDays);
  }
}

function suspectOrThrow(error: unknown): SuspectProof {
  if (error instanceof SuspectProof) return error;
  throw error;
}
