import { Injectable } from '@nestjs/common';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { randomBytes } from 'node:crypto';
import type { Factor } from '../database/entities/factor.entity.js';
import { ApiError } from '../errors/api-error.js';
import type { ChallengeState, OpenChallenge } from './challenges.js';
import {
  type BegunEnrolment,
  type EnrolledFactor,
  type FactorAmr,
  type FactorMethod,
  type FactorProof,
  type FactorUser,
  type RightProof,
  SuspectProof,
} from './factor-method.js';
import { FactorRepository } from './factor.repository.js';
import { enrolmentIn, proofIn } from './passkey-responses.js';
import { PasskeySites } from './passkey-site.js';
import { PasskeyRepository } from './passkey.repository.js';
import { Passkeys, type ProofDemand } from './passkeys.js';

const CHALLENGE_BYTES = 32;

/** What a browser needs to make a passkey. */
export interface PasskeyEnrolment {
  readonly options: PublicKeyCredentialCreationOptionsJSON;
}

/** Passkeys: as a second factor the proof of a device, and with the verification of its user a proof of both factors. */
@Injectable()
export class PasskeyMethod implements FactorMethod<PasskeyEnrolment> {
  readonly kind = 'passkey';

  constructor(
    private readonly passkeys: Passkeys,
    private readonly sites: PasskeySites,
    private readonly factors: FactorRepository,
    private readonly rows: PasskeyRepository,
  ) {}

  get isUsable(): boolean {
    return this.sites.rpId !== undefined;
  }

  /** Browsers do not offer a passkey that was made for another domain. */
  canProve({ rpId }: Pick<Factor, 'rpId'>): boolean {
    return rpId !== null && rpId === this.sites.rpId;
  }

  /** @throws ApiError `passkeys_unavailable` */
  async begin({ id, username }: FactorUser, name: string): Promise<BegunEnrolment<PasskeyEnrolment>> {
    const challenge = newChallenge();
    const own = await this.factors.list(id);
    const owner = { handle: await this.rows.handleOf(id), username };
    const existing = own.filter(({ kind }) => kind === 'passkey');
    return {
      state: { name, challenge },
      answer: { options: await this.passkeys.enrolmentOptions(challenge, owner, existing) },
    };
  }

  /** @throws ApiError `invalid_fields` for what no browser answers */
  async finish({ name, challenge }: ChallengeState, { passkey }: FactorProof): Promise<EnrolledFactor | undefined> {
    if (typeof name !== 'string' || typeof challenge !== 'string' || passkey === undefined) return undefined;
    const columns = await this.passkeys.readEnrolment(enrolmentIn(passkey), challenge);
    return columns && { kind: 'passkey', name, columns, amr: [amrOfDevice(columns.deviceType)] };
  }

  /**
   * Asks for a passkey of a user in the second step of a login.
   * @param state of its challenge
   * @returns what a browser needs, and the state to remember: a further call asks for the same, so that it writes nothing.
   * @throws ApiError `passkeys_unavailable`, or `incorrect_second_factor` where the user has no passkey
   */
  async ask(
    userId: string,
    state: ChallengeState,
  ): Promise<{ options: PublicKeyCredentialRequestOptionsJSON; remembered: ChallengeState }> {
    const allowed = (await this.factors.list(userId)).filter((factor) => this.canProve(factor));
    if (allowed.length === 0) throw new ApiError('incorrect_second_factor');
    const challenge = challengeIn(state) ?? newChallenge();
    const options = await this.passkeys.proofOptions({ challenge, isAlone: false }, allowed);
    return {
      options,
      remembered: challengeIn(state) === undefined ? { ...state, passkeyChallenge: challenge } : state,
    };
  }

  /** @throws SuspectProof if the counter has fallen; ApiError `invalid_fields` for what no browser answers */
  async prove(
    factors: readonly Factor[],
    { passkey }: FactorProof,
    step: OpenChallenge | undefined,
  ): Promise<RightProof | undefined> {
    const challenge = step && challengeIn(step.state);
    if (passkey === undefined || challenge === undefined) return undefined;
    const response = proofIn(passkey);
    const factor = factors.find(({ credentialId }) => credentialId === response.id);
    return factor && this.check(factor, response, { challenge, isAlone: false });
  }

  /**
   * Checks the proof of one passkey.
   * @throws SuspectProof if its counter has fallen: somebody may have copied the authenticator
   */
  async check(
    factor: Factor,
    response: AuthenticationResponseJSON,
    demand: ProofDemand,
  ): Promise<RightProof | undefined> {
    const proof = await this.passkeys.readProof(response, demand, factor);
    if (proof === undefined) return undefined;
    const { used } = proof;
    const counted = factor.signCount ?? 0;
    // Passkeys that devices share have no counter, and stay at 0.
    if (counted > 0 && used.signCount <= counted) {
      throw new SuspectProof(`the counter of passkey ${factor.id} fell from ${counted} to ${used.signCount}`);
    }
    const amr: FactorAmr[] = [amrOfDevice(used.deviceType), ...(demand.isAlone ? (['user'] as const) : [])];
    return {
      amr,
      spend: async (manager) => {
        if (!(await this.rows.recordUse(factor.id, used, manager))) throw new ApiError('incorrect_second_factor');
        return {};
      },
    };
  }
}

/** RFC 8176: a key that never leaves its device, or one that devices share. */
function amrOfDevice(deviceType: Factor['deviceType']): 'hwk' | 'swk' {
  return deviceType === 'multiDevice' ? 'swk' : 'hwk';
}

function challengeIn({ passkeyChallenge }: ChallengeState): string | undefined {
  return typeof passkeyChallenge === 'string' ? passkeyChallenge : undefined;
}

function newChallenge(): string {
  return randomBytes(CHALLENGE_BYTES).toString('base64url');
}
