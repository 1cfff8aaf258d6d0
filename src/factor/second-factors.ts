import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Sealer } from '../crypto/sealer.js';
import { readActiveKeys } from '../database/active-keys.js';
import { isUniqueViolation } from '../database/database-errors.js';
import type { Factor, FactorKind } from '../database/entities/factor.entity.js';
import { newId } from '../database/new-id.js';
import { ApiError } from '../errors/api-error.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { message } from '../i18n/message.js';
import type { OpenChallenge } from './challenges.js';
import type { EnrolledFactor, FactorMethod, FactorProof, RightProof } from './factor-method.js';
import { FactorRepository } from './factor.repository.js';
import { RecoveryCodes } from './recovery-codes.js';
import { PasskeyMethod } from './passkey-method.js';
import { TotpMethod } from './totp-method.js';

/** The most that a user can have. */
export const MAX_FACTORS = 20;

/** How a login can be completed. */
export const PROOF_METHODS = ['totp', 'passkey', 'recovery-code'] as const;
export type ProofMethod = (typeof PROOF_METHODS)[number];

/** A factor that was stored. */
export interface AddedFactor {
  readonly factor: Pick<Factor, 'id' | 'kind' | 'name' | 'created'>;
  /** With the first factor of a user; shown once. */
  readonly recoveryCodes?: readonly string[];
}

/**
 * The second factors of users: which there are, whether a proof is right, and how a new one is stored. It knows no login, no
 * throttle and no route. Each kind is a {@link FactorMethod}: a new kind is added to the list in the constructor.
 */
@Injectable()
export class SecondFactors {
  private readonly methods: readonly FactorMethod[];

  constructor(
    private readonly factors: FactorRepository,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly sealer: Sealer,
    totp: TotpMethod,
    passkey: PasskeyMethod,
  ) {
    this.methods = [totp, passkey];
  }

  /** How a user can complete a login, in the order of {@link PROOF_METHODS}; empty for a user without a second factor. */
  async methodsOf(userId: string): Promise<ProofMethod[]> {
    const factors = await this.factors.list(userId);
    if (factors.length === 0) return [];
    const kinds = new Set<string>(factors.filter((factor) => this.canProve(factor)).map(({ kind }) => kind));
    return PROOF_METHODS.filter((method) => method === 'recovery-code' || kinds.has(method));
  }

  private canProve(factor: Factor): boolean {
    return this.methods.some((method) => method.kind === factor.kind && (method.canProve?.(factor) ?? true));
  }

  /** The kinds that can be enrolled. */
  get kinds(): FactorKind[] {
    return this.methods.filter(({ isUsable = true }) => isUsable).map(({ kind }) => kind);
  }

  /** @throws ApiError `invalid_fields` for a kind that cannot be enrolled here */
  methodOf(kind: FactorKind): FactorMethod {
    const method = this.methods.find((candidate) => candidate.kind === kind);
    if (method !== undefined) return method;
    throw invalidFields([{ field: 'method', message: message('must_be_one_of', { words: this.kinds.join(', ') }) }]);
  }

  /**
   * Checks a proof of a user. The caller limits guesses, and spends the proof in the transaction of what it is for.
   * @param challenge of the second step of a login; undefined where the proof came with the password.
   * @returns undefined for a wrong, used or outdated proof.
   * @throws SuspectProof
   */
  async prove(userId: string, proof: FactorProof, challenge?: OpenChallenge): Promise<RightProof | undefined> {
    const factors = await this.factors.list(userId);
    // Codes that a user without a factor may still have prove nothing.
    if (factors.length === 0) return undefined;
    for (const method of this.methods) {
      const own = factors.filter(({ kind }) => kind === method.kind);
      const right = own.length === 0 ? undefined : await method.prove(own, proof, challenge);
      if (right !== undefined) return right;
    }
    return proof.otp === undefined ? undefined : this.recoveryCodes.prove(userId, proof.otp);
  }

  /**
   * Stores a factor whose enrolment has proved right, and makes recovery codes with the first one.
   * @param manager of a transaction that holds the `userLock` exclusively and a share in `SIGNING_KEYS`. A login that has seen no
   * factor waits for the lock, and then looks again.
   * @throws ApiError `too_many_factors`, `not_found` where the user was deleted, or `incorrect_second_factor` for a passkey that is
   * enrolled already
   */
  async store(userId: string, enrolled: EnrolledFactor, manager: EntityManager): Promise<AddedFactor> {
    if (!(await this.factors.hasUser(userId, manager))) throw new ApiError('not_found');
    const count = await this.factors.count(userId, manager);
    if (count >= MAX_FACTORS) throw new ApiError('too_many_factors');
    const { kind, name, columns } = enrolled;
    const { secret, ...others } = columns;
    const id = newId();
    const sealedSecret = secret === undefined ? null : this.sealer.seal(secret, id, await readActiveKeys(manager));
    const factor = { id, userId, kind, name, created: new Date(), lastUsed: null, sealedSecret, ...others };
    try {
      await this.factors.insert(factor, manager);
    } catch (error) {
      // The same answer as to a wrong proof: whose passkey it is concerns nobody else.
      throw isUniqueViolation(error) ? new ApiError('incorrect_second_factor') : error;
    }
    if (count > 0) return { factor };
    return { factor, recoveryCodes: await this.recoveryCodes.replaceAll(userId, manager) };
  }
}
