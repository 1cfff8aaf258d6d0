import { Injectable } from '@nestjs/common';
import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Factor } from '../database/entities/factor.entity.js';
import { Challenges } from './challenges.js';
import type { RightProof } from './factor-method.js';
import { PasskeyLoginTokens } from './passkey-login-tokens.js';
import { PasskeyMethod } from './passkey-method.js';
import { PasskeyRepository } from './passkey.repository.js';
import { Passkeys } from './passkeys.js';

/** What a browser needs to log its user in. */
export interface PasskeyLoginOptions {
  readonly token: string;
  readonly options: PublicKeyCredentialRequestOptionsJSON;
}

/** Passkeys in place of a password: the proof also says who the user is. */
@Injectable()
export class PasskeyLogins {
  constructor(
    private readonly tokens: PasskeyLoginTokens,
    private readonly passkeys: Passkeys,
    private readonly method: PasskeyMethod,
    private readonly rows: PasskeyRepository,
    private readonly challenges: Challenges,
  ) {}

  /** Writes nothing: anybody may call it. @throws ApiError `passkeys_unavailable` */
  async begin(): Promise<PasskeyLoginOptions> {
    const token = this.tokens.issue();
    return { token, options: await this.passkeys.proofOptions({ challenge: token, isAlone: true }, []) };
  }

  /** The passkey that a proof names, with its user, whether or not the proof is right. */
  find({ id }: AuthenticationResponseJSON): Promise<Factor | null> {
    return this.rows.find(id);
  }

  /**
   * Checks a proof. Spending it uses its token up.
   * @param passkey that {@link find} has found
   * @returns undefined for a wrong proof, or a token that is unknown or has ended
   * @throws SuspectProof if the counter of the passkey has fallen
   */
  async prove(token: string, response: AuthenticationResponseJSON, passkey: Factor): Promise<RightProof | undefined> {
    const end = this.tokens.endOf(token);
    if (end === undefined || !namesUser(response, passkey)) return undefined;
    const right = await this.method.check(passkey, response, { challenge: token, isAlone: true });
    return (
      right && {
        ...right,
        spend: async (manager) => {
          await this.challenges.useOnce(token, 'passkey', end, manager);
          return right.spend(manager);
        },
      }
    );
  }
}

/** WebAuthn, section 7.2, step 6: the handle must be that of the passkey's owner. */
function namesUser({ response }: AuthenticationResponseJSON, { user }: Factor): boolean {
  return user.passkeyHandle !== null && response.userHandle === user.passkeyHandle;
}
