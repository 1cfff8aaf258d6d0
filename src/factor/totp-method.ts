import { Injectable, Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Settings } from '../config/settings.js';
import { Sealer } from '../crypto/sealer.js';
import { UnsealError } from '../crypto/sealing-errors.js';
import { UnopenedLog } from '../crypto/unopened-log.js';
import type { Factor } from '../database/entities/factor.entity.js';
import { ApiError } from '../errors/api-error.js';
import { toBase32 } from './base32.js';
import type {
  BegunEnrolment,
  EnrolledFactor,
  FactorMethod,
  FactorProof,
  FactorUser,
  RightProof,
} from './factor-method.js';
import { FactorRepository } from './factor.repository.js';
import { findStep, TOTP } from './totp.js';
import { issuerOf, qrCodeOf, totpUri } from './totp-uri.js';

/** What an app for codes needs. All of it is shown once. */
export interface TotpEnrolment {
  /** In base32, for people who type it. */
  readonly secret: string;
  readonly uri: string;
  /** The URI as a QR code, an SVG image. */
  readonly qr: string;
}

/** Codes of an app (RFC 6238). A code is good once, and so is every one before it. */
@Injectable()
export class TotpMethod implements FactorMethod<TotpEnrolment> {
  readonly kind = 'totp';
  private readonly unopened = new UnopenedLog(new Logger('SecondFactors'));

  constructor(
    private readonly factors: FactorRepository,
    private readonly sealer: Sealer,
    private readonly settings: Settings,
  ) {}

  begin({ username }: FactorUser, name: string): Promise<BegunEnrolment<TotpEnrolment>> {
    const bytes = randomBytes(TOTP.secretBytes);
    const secret = toBase32(bytes);
    const uri = totpUri(issuerOf(this.settings), username, secret);
    return Promise.resolve({
      state: { name, secret: bytes.toString('base64url') },
      answer: { secret, uri, qr: qrCodeOf(uri) },
    });
  }

  finish(
    { name, secret }: Readonly<Record<string, unknown>>,
    { otp }: FactorProof,
  ): Promise<EnrolledFactor | undefined> {
    if (typeof name !== 'string' || typeof secret !== 'string' || otp === undefined) return Promise.resolve(undefined);
    const lastStep = findStep(bytesOf(secret), readCode(otp), Date.now());
    if (lastStep === undefined) return Promise.resolve(undefined);
    // The confirming code is used up too.
    return Promise.resolve({ kind: 'totp', name, columns: { secret, lastStep }, amr: ['otp'] });
  }

  prove(factors: readonly Factor[], { otp }: FactorProof): Promise<RightProof | undefined> {
    if (otp === undefined) return Promise.resolve(undefined);
    const code = readCode(otp);
    for (const factor of factors) {
      const { id, lastStep } = factor;
      const secret = this.secretOf(factor);
      const step = secret && findStep(secret, code, Date.now(), lastStep ?? 0);
      if (step !== undefined) return Promise.resolve({ amr: ['otp'], spend: this.spender(id, step) });
    }
    return Promise.resolve(undefined);
  }

  /** Undefined for one that does not open: the user's other factors and recovery codes are good, and get past it. */
  private secretOf({ id, sealedSecret }: Factor): Buffer | undefined {
    try {
      return bytesOf(this.sealer.open(sealedSecret ?? '', id));
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      this.unopened.note('second factor', id);
      return undefined;
    }
  }

  private spender(id: string, step: number): RightProof['spend'] {
    return async (manager) => {
      if (!(await this.factors.acceptStep(id, step, manager))) throw new ApiError('incorrect_second_factor');
      return {};
    };
  }
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret, 'base64url');
}

/** Apps show a code in two groups. */
function readCode(text: string): string {
  return text.replace(/\s/g, '');
}
