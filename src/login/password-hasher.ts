import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { CryptoQueue } from '../crypto/crypto-queue.js';

/** Argon2id at OWASP's floor: 19 MiB, two passes, one lane. */
const PARAMETERS = {
  // The package's enum exists in its types only, and transpilers that see one file at a time cannot inline it.
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

/** In characters, after normalisation. */
export const PASSWORD_MAX_LENGTH = 256;

/** Hashes and checks passwords. A check costs the same whether or not there is a hash to compare with. */
@Injectable()
export class PasswordHasher {
  /** Compared if there is no user, so that an unknown name takes as long as a wrong password. Its making costs no start a hash. */
  private readonly dummyHash = randomHash();

  constructor(private readonly work: CryptoQueue) {}

  /** Argon2id, in its PHC string form. @param isUnwanted as of {@link CryptoQueue.hash} */
  hash(password: string, isUnwanted?: () => boolean): Promise<string> {
    return this.work.hash(() => hash(password.normalize('NFC'), PARAMETERS), isUnwanted);
  }

  /** A hash of which nobody knows the password, at no cost. A check against it takes as long as against any other. */
  hashOfNone(): string {
    return randomHash();
  }

  /** Whether a hash was made with weaker parameters than the current ones and must be replaced. */
  isOutdated(passwordHash: string): boolean {
    const [, memoryCost, timeCost] = /\$m=(\d+),t=(\d+),/.exec(passwordHash) ?? [];
    return Number(memoryCost) < PARAMETERS.memoryCost || Number(timeCost) < PARAMETERS.timeCost;
  }

  /**
   * @param isUnwanted as of {@link CryptoQueue.hash}
   * @returns whether a password matches a hash; false without a hash, and for a password over the maximum length.
   */
  async matches(passwordHash: string | undefined, password: string, isUnwanted?: () => boolean): Promise<boolean> {
    const characters = Array.from(password.normalize('NFC'));
    const compared = characters.slice(0, PASSWORD_MAX_LENGTH).join('');
    const same = await this.work.hash(() => verify(passwordHash ?? this.dummyHash, compared), isUnwanted);
    return same && passwordHash !== undefined && characters.length <= PASSWORD_MAX_LENGTH;
  }
}

/** A hash with the current parameters in PHC form, of which nobody knows the password. */
function randomHash(): string {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const [salt, digest] = [16, 32].map((length) => randomBytes(length).toString('base64').replaceAll('=', ''));
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${digest}`;
}
