import { Injectable } from '@nestjs/common';
import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Factor } from '../database/entities/factor.entity.js';
import type { User } from '../database/entities/user.entity.js';
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

  /** The user whom a proof names, whether or not it is right. */
  async findUser({ id }: AuthenticationResponseJSON): Promise<User | undefined> {
    return (await this.rows.find(id))?.user;
  }

  /**
   * Checks a proof. Spending it uses its token up.
   * @returns undefined for a wrong proof, or a token that is unknown or has ended
   * @throws SuspectProof if the counter of the passkey has fallen
   */
  async prove(token: string, response: AuthenticationResponseJSON): Promise<RightProof | undefined> {
    const end = this.tokens.endOf(token);
    const factor = end && (await this.rows.find(response.id));
    if (!factor || !namesUser(response, factor)) return undefined;
    const right = await this.method.check(factor, response, { challenge: token, isAlone: true });
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
