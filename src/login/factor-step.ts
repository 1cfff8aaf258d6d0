import { Injectable } from '@nestjs/common';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import type { User } from '../database/entities/user.entity.js';
import { SIGNING_KEYS } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { Challenges } from '../factor/challenges.js';
import { FactorPolicy } from '../factor/factor-policy.js';
import { SecondFactors } from '../factor/second-factors.js';
import { type PendingLogin, toState } from './pending-login.js';

/** What a user has to do after the right password. */
export interface FactorNeed {
  /** `proof` of a factor, or `setup` of the first one. */
  readonly kind: 'proof' | 'setup';
  /** The ways to do it. */
  readonly methods: string[];
}

/** The refusal of a login whose password was right: `secondFactor` tells how it goes on. */
export class SecondFactorRequired extends ApiError {}

/** Decides what a login needs after the right password, and begins the second step. */
@Injectable()
export class FactorStep {
  constructor(
    private readonly factors: SecondFactors,
    private readonly policy: FactorPolicy,
    private readonly challenges: Challenges,
    private readonly transaction: AuditedTransaction,
  ) {}

  /** Undefined if the user needs nothing else. Call it after the right password only: the answer tells of the user. */
  async needOf(user: User): Promise<FactorNeed | undefined> {
    const methods = await this.factors.methodsOf(user.id);
    if (methods.length > 0) return { kind: 'proof', methods };
    return this.policy.demandsOf(user) ? { kind: 'setup', methods: this.factors.kinds } : undefined;
  }

  /** Whether a user must have a second factor and has none, and so gets neither a session nor a renewal of one. */
  async mustSetUp(user: User): Promise<boolean> {
    return this.policy.demandsOf(user) && (await this.factors.methodsOf(user.id)).length === 0;
  }

  /** Remembers a login until its second step. @returns the refusal to throw */
  async begin(actor: Actor, user: User, need: FactorNeed, pending: PendingLogin): Promise<SecondFactorRequired> {
    const isProof = need.kind === 'proof';
    const { token, expiresInSeconds } = await this.transaction.commit(
      actor,
      async (manager) => {
        const challenge = {
          purpose: isProof ? ('second-factor' as const) : ('factor-setup' as const),
          userId: user.id,
          network: actor.network,
          state: toState(pending),
        };
        const detail = isProof ? 'second factor required' : 'second factor must be set up';
        return {
          result: await this.challenges.issue(challenge, manager),
          entry: { action: pending.action, outcome: 'refused', detail },
        } satisfies Audited<unknown>;
      },
      { shared: [SIGNING_KEYS] },
    );
    return new SecondFactorRequired(isProof ? 'second_factor_required' : 'second_factor_setup_required', {
      secondFactor: { token, expiresIn: expiresInSeconds, methods: need.methods },
    });
  }
}
