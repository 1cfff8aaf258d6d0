import { Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Actor } from '../auth/actor.js';
import { ApiError } from '../errors/api-error.js';
import { Challenges, type OpenChallenge } from '../factor/challenges.js';
import { type FactorProof, type RightProof, SuspectProof } from '../factor/factor-method.js';
import { SecondFactors } from '../factor/second-factors.js';
import type { AuditAction } from '../audit/audit-actions.js';
import type { AttemptBy } from './budgets.js';
import { factorAccountOf } from './claimed-identity.js';
import { describeUsedUp } from './describe-used-up.js';
import { type CountedAttempt, LoginThrottleService } from './login-throttle.service.js';
import { RefusalAudit } from './refusal-audit.js';

/** A guess at a second factor, by a caller who has proved everything else. */
export interface FactorGuess {
  readonly userId: string;
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly isKnownNetwork: boolean;
  readonly proof: FactorProof;
  /** Of the second step; undefined where the proof came with the password. */
  readonly challenge?: OpenChallenge | undefined;
}

/** A right proof, and the attempt that is reset in the transaction that spends it. */
export interface RightGuess {
  readonly proof: RightProof;
  readonly attempt: CountedAttempt;
}

/**
 * Checks second factors, and limits guessing. Every route that asks for one asks this class, so that all of them share a user's
 * budgets: the two logins, their second step, changes and resets of a password. Only who has proved everything else gets here,
 * so a stranger cannot use up the attempts of the owner.
 */
@Injectable()
export class FactorGuesses {
  private readonly logger = new Logger('Login');

  constructor(
    private readonly factors: SecondFactors,
    private readonly challenges: Challenges,
    private readonly throttle: LoginThrottleService,
    private readonly refusals: RefusalAudit,
    private readonly audit: AuditService,
  ) {}

  /** @throws ApiError `incorrect_second_factor` or `too_many_attempts` */
  check({ userId, actor, action, isKnownNetwork, proof, challenge }: FactorGuess): Promise<RightGuess> {
    const account = factorAccountOf(userId);
    const by: AttemptBy = { secret: 'second-factor', account, network: actor.network, isKnownNetwork };
    return this.refusals.recording(actor, action, async () => {
      const closed = await this.throttle.look(by);
      if (challenge !== undefined) await this.challenges.countTry(challenge);
      // Counted before it is checked, so that a burst gets no more than its budget.
      const attempt = await this.throttle.consume(by, closed);
      let detail = 'incorrect second factor';
      const proving = attempt.isChecked ? this.factors.prove(userId, proof, challenge) : undefined;
      const right = await proving?.catch((error: unknown) => {
        if (!(error instanceof SuspectProof)) throw error;
        detail = error.detail;
        return undefined;
      });
      if (right !== undefined) return { proof: right, attempt };
      for (const budget of attempt.usedUp) this.logger.warn(describeUsedUp(budget, actor, 'second-factor'));
      if (attempt.refusal !== undefined) throw attempt.refusal;
      await this.audit.record(actor, { action, outcome: 'refused', detail });
      throw new ApiError('incorrect_second_factor');
    });
  }
}
