import { Injectable } from '@nestjs/common';
import { SECRET_KEY_FILE } from '../config/private-files.js';
import { Settings } from '../config/settings.js';
import { StartError } from '../errors/start-error.js';
import { makeSecretKeyFile, readSecretKeyFiles } from './secret-key-file.js';
import type { SecretSource } from './sealer.js';

const MIN_LENGTH = 32;

/** The server's secret, and the one before it while it is being replaced: of the settings, or else of `data/`. */
@Injectable()
export class SecretKeys implements SecretSource {
  constructor(private readonly settings: Settings) {}

  /** Makes the secret where none is set and none is kept. @throws StartError if it can be neither read nor made */
  makeIfMissing(): void {
    if (this.settings.secretKey !== undefined) return;
    try {
      makeSecretKeyFile();
      readSecretKeyFiles();
    } catch (error) {
      throw new StartError(
        `${SECRET_KEY_FILE} can be neither read nor made (${codeOf(error)}): make data/ writable or set SECRET_KEY`,
      );
    }
    readKept();
  }

  /** @throws StartError if there is none */
  inForce(): readonly string[] {
    const { secretKey, secretKeyPrevious } = this.settings;
    const own = secretKey === undefined ? readKept() : [secretKey];
    return secretKeyPrevious === undefined ? own : [...own, secretKeyPrevious];
  }
}

function readKept(): string[] {
  let kept: string[];
  try {
    kept = readSecretKeyFiles();
  } catch (error) {
    throw new StartError(`${SECRET_KEY_FILE} cannot be read (${codeOf(error)})`);
  }
  if (kept.length === 0)
    throw new StartError(`There is no secret: SECRET_KEY is unset, and no ${SECRET_KEY_FILE} here`);
  // A file cut short would seal with what can be guessed.
  if (kept.some((secret) => secret.length < MIN_LENGTH))
    throw new StartError(`${SECRET_KEY_FILE} holds no whole secret`);
  return kept;
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
