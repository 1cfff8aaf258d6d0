import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import type { Factor, FactorKind } from '../database/entities/factor.entity.js';
import type { User } from '../database/entities/user.entity.js';
import { SIGNING_KEYS, Transactions, userLock } from '../database/transactions.js';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';
import { type ChallengePurpose, Challenges, deadToken } from './challenges.js';
import type { FactorProof, FactorUser } from './factor-method.js';
import { FactorPolicy } from './factor-policy.js';
import { FactorRepository } from './factor.repository.js';
import { RecoveryCodes } from './recovery-codes.js';
import { type AddedFactor, SecondFactors } from './second-factors.js';

/** The owner of factors that are changed. */
export type FactorOwner = Pick<User, 'id' | 'username' | 'kind'> & { readonly roles: readonly string[] };

const ENROLMENT: Readonly<Record<FactorKind, ChallengePurpose>> = { totp: 'enrol-totp', passkey: 'enrol-passkey' };

/** Enrols, lists, renames and removes second factors. A change holds at every process from its commit on, since none is cached. */
@Injectable()
export class FactorService {
  constructor(
    private readonly factors: FactorRepository,
    private readonly secondFactors: SecondFactors,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly challenges: Challenges,
    private readonly policy: FactorPolicy,
    private readonly audit: AuditService,
    private readonly transaction: AuditedTransaction,
    private readonly transactions: Transactions,
  ) {}

  /** A user's factors, newest first. */
  list(userId: string): Promise<Factor[]> {
    return this.factors.list(userId);
  }

  /** Begins an enrolment, of which nothing is effective until {@link confirm}. @returns what the client needs for its proof */
  async enrol<Answer>(user: FactorUser, kind: FactorKind, name: string): Promise<Answer & { token: string }> {
    const { state, answer } = await this.secondFactors.methodOf(kind).begin(user, name);
    const challenge = { purpose: ENROLMENT[kind], userId: user.id, network: null, state };
    const { token } = await this.transactions.run((manager) => this.challenges.issue(challenge, manager), {
      shared: [SIGNING_KEYS],
    });
    return { token, ...(answer as Answer) };
  }

  /**
   * Stores a factor that has proved right. The user's sessions stay: who begins one from now on needs the factor.
   * @throws ApiError `incorrect_second_factor`, or what {@link SecondFactors.store} throws
   */
  async confirm(
    user: FactorUser,
    kind: FactorKind,
    token: string,
    proof: FactorProof,
    actor: Actor,
  ): Promise<AddedFactor> {
    const challenge = await this.challenges.find(token, ENROLMENT[kind], actor.network);
    if (challenge?.userId !== user.id) throw deadToken();
    await this.challenges.countTry(challenge);
    const enrolled = await this.secondFactors.methodOf(kind).finish(challenge.state, proof);
    if (enrolled === undefined) {
      const detail = `incorrect proof of a new ${kind}`;
      await this.audit.record(actor, { action: 'factor.add', outcome: 'refused', detail });
      throw new ApiError('incorrect_second_factor');
    }
    return this.transaction.commit(
      actor,
      async (manager) => {
        await this.challenges.consume(challenge, manager);
        const added = await this.secondFactors.store(user.id, enrolled, manager);
        const entry = { action: 'factor.add', target: added.factor.id, detail: detailOf(added.factor) } as const;
        return { result: added, entry } satisfies Audited<unknown>;
      },
      { shared: [SIGNING_KEYS], exclusive: [userLock(user.id)] },
    );
  }

  /** @throws ApiError `not_found`, also for another user's */
  rename(userId: string, id: string, name: string, actor: Actor): Promise<void> {
    return this.transaction.commit(actor, async (manager) => {
      if (!(await this.factors.rename(id, userId, name, manager))) throw notFound();
      const entry = { action: 'factor.rename', target: id, detail: JSON.stringify(name) } as const;
      return { result: undefined, entry } satisfies Audited<unknown>;
    });
  }

  /**
   * Removes one factor or all of them. The recovery codes go with the last one.
   * @param id undefined for every factor.
   * @param isOwn whether the owner asks, who must keep one where `SECOND_FACTOR` demands it. An administrator removes the last one
   * of a user who has lost it: the user sets up another at the next login.
   * @throws ApiError `not_found`, also for another user's; `last_factor`
   */
  remove(owner: FactorOwner, id: string | undefined, isOwn: boolean, actor: Actor): Promise<void> {
    return this.transaction.commit(
      actor,
      async (manager) => {
        const found = id === undefined ? undefined : await this.factors.find(id, owner.id, manager);
        const count = await this.factors.count(owner.id, manager);
        if (found === null || count === 0) throw notFound();
        const isLast = found === undefined || count === 1;
        if (isLast && isOwn && this.policy.demandsOf(owner)) {
          throw new ApiError('last_factor');
        }
        await this.factors.delete(owner.id, id, manager);
        if (isLast) await this.recoveryCodes.deleteAll(owner.id, manager);
        const what = found === undefined ? `every factor (${count})` : detailOf(found);
        const entry = {
          action: 'factor.remove',
          target: id ?? owner.id,
          detail: isOwn ? what : `${what}, of ${owner.username}`,
          about: owner.id,
        } as const;
        return { result: undefined, entry } satisfies Audited<unknown>;
      },
      { exclusive: [userLock(owner.id)] },
    );
  }

  /** Makes new recovery codes, which void the old ones. @throws ApiError `not_found` for a user without a factor */
  renewRecoveryCodes(userId: string, actor: Actor): Promise<string[]> {
    return this.transaction.commit(
      actor,
      async (manager) => {
        if ((await this.factors.count(userId, manager)) === 0) throw notFound();
        const codes = await this.recoveryCodes.replaceAll(userId, manager);
        return { result: codes, entry: { action: 'factor.recovery-codes', target: userId } } satisfies Audited<unknown>;
      },
      { exclusive: [userLock(userId)] },
    );
  }
}

function detailOf({ kind, name }: Pick<Factor, 'kind' | 'name'>): string {
  return `${kind} ${JSON.stringify(name)}`;
}

function notFound(): ApiError {
  return new ApiError('not_found', { message: message('no_such_factor') });
}
