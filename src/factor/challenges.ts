import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isOpenUntil, latestEnd } from '../config/time.js';
import { hashOfToken, makeRandomToken } from '../crypto/random-token.js';
import { Sealer } from '../crypto/sealer.js';
import { UnsealError } from '../crypto/sealing-errors.js';
import { readActiveKeys } from '../database/active-keys.js';
import { isUniqueViolation } from '../database/database-errors.js';
import type { Challenge } from '../database/entities/challenge.entity.js';
import { newId } from '../database/new-id.js';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';
import { ChallengeRepository } from './challenge.repository.js';

/** The limits of a challenge. docs/security.md names the same numbers, and a test compares them. */
export const CHALLENGE_LIMITS = {
  ttlSeconds: 300,
  /** Failed proofs, after which the token is worth nothing. */
  tries: 5,
  /** Open ones of a purpose that a user can have from one network: a newer one voids the oldest. */
  openPerNetwork: 5,
} as const;

const TTL_MS = CHALLENGE_LIMITS.ttlSeconds * 1000;
/**
 * What a token is for. A token for one purpose is none for another: `second-factor` ends a login, `factor-setup` enrols a factor
 * and then ends a login, and `enrol-totp` and `enrol-passkey` end an enrolment. `passkey` begins a login without a password.
 */
export type ChallengePurpose = 'second-factor' | 'factor-setup' | 'enrol-totp' | 'enrol-passkey' | 'passkey';

/** What is remembered until the proof; it survives JSON. */
export type ChallengeState = Readonly<Record<string, unknown>>;

/** A challenge to make. */
export interface NewChallenge {
  readonly purpose: ChallengePurpose;
  /** Null where the proof tells who the user is. */
  readonly userId: string | null;
  /** The network that the token is bound to; null for none. */
  readonly network: string | null;
  readonly state: ChallengeState;
}

/** A challenge as the client gets it. */
export interface IssuedChallenge {
  /** 256 random bits, in base64url. The database holds its hash. */
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** A challenge whose token was presented, and which has not expired. */
export interface OpenChallenge {
  readonly id: string;
  readonly userId: string | null;
  readonly state: ChallengeState;
}

/** The refusal of a token that is worth nothing, or not any more: unlike after a wrong proof, another proof does not help. */
export function deadToken(): ApiError {
  return new ApiError('incorrect_second_factor', { message: message('dead_token') });
}

/** Tokens for what a client has to prove next. Each is good for some minutes, some failed proofs and one success. */
@Injectable()
export class Challenges {
  constructor(
    private readonly rows: ChallengeRepository,
    private readonly sealer: Sealer,
  ) {}

  /** @param manager of a transaction that holds a share in `SIGNING_KEYS`, since the state is sealed. @throws ApiError `unavailable` */
  async issue({ purpose, userId, network, state }: NewChallenge, manager: EntityManager): Promise<IssuedChallenge> {
    const token = makeRandomToken();
    const { ttlSeconds, openPerNetwork } = CHALLENGE_LIMITS;
    const id = newId();
    const challenge: Omit<Challenge, 'user'> = {
      id,
      tokenHash: hashOfToken(token),
      purpose,
      userId,
      network,
      sealedState: this.sealer.seal(JSON.stringify(state), id, await readActiveKeys(manager)),
      attempts: 0,
      expires: new Date(Date.now() + TTL_MS),
    };
    await this.rows.insert(challenge, manager);
    await this.rows.trim(challenge, openPerNetwork, latestEnd(TTL_MS), manager);
    return { token, expiresInSeconds: ttlSeconds };
  }

  /**
   * The challenge of a token. Counts no try.
   * @param network of the caller; a token that is bound to another one is not accepted.
   * @returns undefined for a token that is unknown, expired, used, out of tries, for another purpose or from another network
   */
  async find(token: string, purpose: ChallengePurpose, network: string): Promise<OpenChallenge | undefined> {
    const row = await this.rows.find(hashOfToken(token), purpose);
    if (row === null || !isOpenUntil(row.expires, TTL_MS) || row.attempts >= CHALLENGE_LIMITS.tries) return undefined;
    if (row.network !== null && row.network !== network) return undefined;
    const state = this.stateOf(row);
    return state === undefined ? undefined : { id: row.id, userId: row.userId, state };
  }

  /** Counts a try, before the proof is checked: a burst of proofs gets no more of them. @throws ApiError `incorrect_second_factor` */
  async countTry({ id }: OpenChallenge): Promise<void> {
    if (!(await this.rows.countTry(id, CHALLENGE_LIMITS.tries))) throw deadToken();
  }

  /**
   * Replaces what is remembered. The token, its end and the tries stay.
   * @param manager of a transaction that holds a share in `SIGNING_KEYS`.
   * @throws ApiError `incorrect_second_factor` if the challenge is gone
   */
  async remember({ id }: OpenChallenge, state: ChallengeState, manager: EntityManager): Promise<void> {
    const sealed = this.sealer.seal(JSON.stringify(state), id, await readActiveKeys(manager));
    if (!(await this.rows.updateState(id, sealed, manager))) throw deadToken();
  }

  /** Uses a challenge up, in the transaction of its success. @throws ApiError `incorrect_second_factor` if another one has */
  async consume({ id }: OpenChallenge, manager: EntityManager): Promise<void> {
    if (!(await this.rows.delete(id, manager))) throw deadToken();
  }

  /**
   * Uses up a token that no row holds, in the transaction of its success. The row that remembers it names no user, so that
   * {@link voidAll} does not make it good again.
   * @param expires when the token ends
   * @throws ApiError `incorrect_second_factor` if it was used before
   */
  async useOnce(token: string, purpose: ChallengePurpose, expires: Date, manager: EntityManager): Promise<void> {
    const used = { userId: null, network: null, sealedState: null, attempts: 0 };
    try {
      await this.rows.insert({ id: newId(), tokenHash: hashOfToken(token), purpose, expires, ...used }, manager);
    } catch (error) {
      throw isUniqueViolation(error) ? deadToken() : error;
    }
  }

  /** Voids every token of a user. */
  voidAll(userId: string, manager: EntityManager): Promise<void> {
    return this.rows.deleteAllOf(userId, manager);
  }

  /** Deletes what expired before a moment. @returns how many there were. */
  prune(before: Date, stopping?: AbortSignal): Promise<number> {
    return this.rows.deleteExpired(before, stopping);
  }

  /** Undefined where the secret was replaced without `secret rotate`: the user then begins again. */
  private stateOf({ id, sealedState }: Challenge): ChallengeState | undefined {
    if (sealedState === null) return {};
    try {
      return JSON.parse(this.sealer.open(sealedState, id)) as ChallengeState;
    } catch (error) {
      if (error instanceof UnsealError) return undefined;
      throw error;
    }
  }
}
