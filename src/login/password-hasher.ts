import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { CostlyWork } from '../crypto/crypto-queue.js';

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

/** Hashes passwords and checks them, at the same cost whether or not there is one to check. */
@Injectable()
export class Passwords {
  /** Compared where there is no user, so that an unknown name takes as long as a wrong password. */
  private readonly nobodys: Promise<string>;

  constructor(private readonly work: CostlyWork) {
    this.nobodys = this.hash('nobody has this password');
  }

  /** Argon2id, in its PHC string form. */
  hash(password: string): Promise<string> {
    return this.work.hash(() => hash(password.normalize('NFC'), PARAMETERS));
  }

  /** Whether a hash was made with weaker parameters than those in force, and is to be made anew. */
  isOutdated(passwordHash: string): boolean {
    const [, memoryCost, timeCost] = /\$m=(\d+),t=(\d+),/.exec(passwordHash) ?? [];
    return Number(memoryCost) < PARAMETERS.memoryCost || Number(timeCost) < PARAMETERS.timeCost;
  }

  /** Whether a password is the one behind a hash; never, for a hash of nobody or a password longer than any can be. */
  async matches(passwordHash: string | undefined, password: string): Promise<boolean> {
    const characters = Array.from(password.normalize('NFC'));
    const compared = characters.slice(0, PASSWORD_MAX_LENGTH).join('');
    const expected = passwordHash ?? (await this.nobodys);
    const same = await this.work.hash(() => verify(expected, compared));
    return same && passwordHash !== undefined && characters.length <= PASSWORD_MAX_LENGTH;
  }
}
