import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { hashOfToken } from '../crypto/random-token.js';
import { ApiError } from '../errors/api-error.js';
import type { RightProof } from './factor-method.js';
import { makeRecoveryCode, readRecoveryCode, RECOVERY_CODES } from './recovery-code.js';
import { RecoveryCodeRepository } from './recovery-code.repository.js';

/** Codes that stand in for a second factor once each, for somebody who has lost it (NIST SP 800-63B-4, section 4.2.1.1). */
@Injectable()
export class RecoveryCodes {
  constructor(private readonly rows: RecoveryCodeRepository) {}

  /** Makes new codes; they void the old ones. @returns the codes, which are not stored. */
  async replaceAll(userId: string, manager: EntityManager): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, makeRecoveryCode);
    await this.rows.deleteAll(userId, manager);
    await this.rows.insert(userId, codes.map(hashOfToken), manager);
    return codes;
  }

  deleteAll(userId: string, manager: EntityManager): Promise<void> {
    return this.rows.deleteAll(userId, manager);
  }

  /** How many codes of a user were not used. */
  async count(userId: string): Promise<number> {
    return (await this.rows.listUnused(userId)).length;
  }

  /** Checks a code that was typed. @returns undefined for a wrong or used one, and for a text that cannot be one. */
  async prove(userId: string, text: string): Promise<RightProof | undefined> {
    const code = readRecoveryCode(text);
    if (code === undefined) return undefined;
    const codeHash = hashOfToken(code);
    // By the hash of 120 random bits, so the time of the comparison tells nothing.
    const isRight = (await this.rows.listUnused(userId)).some((row) => row.codeHash === codeHash);
    if (!isRight) return undefined;
    return {
      amr: ['otp'],
      spend: async (manager) => {
        if (!(await this.rows.use(userId, codeHash, manager))) throw new ApiError('incorrect_second_factor');
        const recoveryCode = makeRecoveryCode();
        await this.rows.insert(userId, [hashOfToken(recoveryCode)], manager);
        return { recoveryCode };
      },
    };
  }
}
