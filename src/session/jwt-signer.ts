import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { constants, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { JwtAlgorithm } from '../config/jwt-algorithms.js';
import { Settings } from '../config/settings.js';
import { CryptoQueue } from '../crypto/crypto-queue.js';
import type { JwtClaims } from './jwt-claims.js';
import type { MachineClaims } from './machine-claims.js';
import type { JwtType } from '../signing-keys/jwt-types.js';
import { SigningKeys } from '../signing-keys/signing-keys.js';

/** RFC 7518, sections 3.3 and 3.5: how a SHA-256 is signed with RSA. */
const RSA_PADDINGS: Readonly<Partial<Record<JwtAlgorithm, { padding: number; saltLength?: number }>>> = {
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
};

/** Signs JWTs (RFC 7519) with the key that signs now. */
@Injectable()
export class JwtSigner {
  constructor(
    private readonly keys: SigningKeys,
    private readonly jwts: JwtService,
    private readonly work: CryptoQueue,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError `unavailable` where there is no key to sign with */
  async sign(claims: JwtClaims | MachineClaims, typ: JwtType = 'JWT'): Promise<string> {
    const { jwtAlgorithm } = this.settings;
    const { kid, key } = await this.keys.signingKey();
    const padding = RSA_PADDINGS[jwtAlgorithm];
    if (padding === undefined) {
      const header = { alg: jwtAlgorithm, typ, kid };
      return this.jwts.signAsync(claims, { privateKey: key, algorithm: jwtAlgorithm, header });
    }
    // Two milliseconds with RSA, which the library would spend on the thread that answers everybody.
    const content = `${encode({ alg: jwtAlgorithm, typ, kid })}.${encode(claims)}`;
    const signature = await this.work.sign(() => promisify(sign)('sha256', Buffer.from(content), { key, ...padding }));
    return `${content}.${signature.toString('base64url')}`;
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
