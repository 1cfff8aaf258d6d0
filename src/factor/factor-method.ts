import type { EntityManager } from 'typeorm';
import type { Factor, FactorKind } from '../database/entities/factor.entity.js';
import type { User } from '../database/entities/user.entity.js';
import type { OpenChallenge } from './challenges.js';

/** What a client proves a second factor with: `otp` is a code of an app or a recovery code, `passkey` a WebAuthn assertion. */
export interface FactorProof {
  readonly otp?: string | undefined;
  readonly passkey?: object | undefined;
}

/** What an app or a passkey says of itself in `amr` (RFC 8176). A user-verified passkey says `user` as well. */
export type FactorAmr = 'otp' | 'hwk' | 'swk' | 'user';

/** What a spent proof leaves to tell. */
export interface Spent {
  /** The replacement of a recovery code that was used. It is shown once. */
  readonly recoveryCode?: string;
}

/**
 * A proof that is right. Nothing is stored yet: of two requests with the same code, both can have one of these, and one of them
 * spends it.
 */
export interface RightProof {
  readonly amr: readonly FactorAmr[];
  /**
   * Uses the proof up, in the transaction of what it is for. It may be called again after a rollback.
   * @throws ApiError `incorrect_second_factor` if it was used meanwhile, or its factor was removed
   */
  spend(manager: EntityManager): Promise<Spent>;
}

/** A proof that was right, and that somebody has probably copied. It is refused like a wrong one. */
export class SuspectProof extends Error {
  /** @param detail for the audit */
  constructor(readonly detail: string) {
    super(detail);
  }
}

/** The columns of a new factor that its kind decides. */
export type FactorColumns = Partial<
  Omit<Factor, 'id' | 'userId' | 'user' | 'kind' | 'name' | 'created' | 'lastUsed'>
> & {
  /** A secret that is sealed when it is stored. */
  readonly secret?: string;
};

/** A factor whose enrolment has proved right. */
export interface EnrolledFactor {
  readonly kind: FactorKind;
  readonly name: string;
  readonly columns: FactorColumns;
  readonly amr: readonly FactorAmr[];
}

/** The user of an enrolment. */
export type FactorUser = Pick<User, 'id' | 'username'>;

/** An enrolment that has begun. */
export interface BegunEnrolment<Answer> {
  /** What the server must remember until the proof; it is sealed. It survives JSON. */
  readonly state: Readonly<Record<string, unknown>>;
  /** What the client needs to make the proof. */
  readonly answer: Answer;
}

/**
 * A kind of second factor. {@link SecondFactors} asks each of them: a kind that it lists serves both doors, the change of a
 * password, the set-up at a login and `/user/factors` without a further line there.
 */
export interface FactorMethod<Answer = object> {
  readonly kind: FactorKind;
  /** Whether it can be enrolled, with the settings that there are; it can if this is absent. */
  readonly isUsable?: boolean;
  /** Whether a factor can prove anything, with the settings that there are; it can if this is absent. */
  canProve?(factor: Factor): boolean;
  /** Begins an enrolment. @param name as the user calls it */
  begin(user: FactorUser, name: string): Promise<BegunEnrolment<Answer>>;
  /** Checks the proof that ends an enrolment. @param state of {@link begin} @returns undefined for a wrong one */
  finish(state: Readonly<Record<string, unknown>>, proof: FactorProof): Promise<EnrolledFactor | undefined>;
  /**
   * Checks a proof against the user's factors of this kind.
   * @param challenge of the second step of a login, whose state can hold what the proof must answer; undefined where the proof
   * came with the password.
   * @returns undefined for a wrong one.
   * @throws SuspectProof
   */
  prove(
    factors: readonly Factor[],
    proof: FactorProof,
    challenge: OpenChallenge | undefined,
  ): Promise<RightProof | undefined>;
}
