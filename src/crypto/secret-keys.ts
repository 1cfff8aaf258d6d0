import { Injectable } from '@nestjs/common';
import { SECRET_KEY_FILE } from '../config/private-files.js';
import { Settings } from '../config/settings.js';
import { StartupError } from '../errors/startup-error.js';
import { makeSecretKeyFile, readSecretKeyFiles } from './secret-key-file.js';
import type { SecretSource } from './sealer.js';

const MIN_LENGTH = 32;

/** The server's secret, and the previous one during a rotation, from the settings or else from `data/`. */
@Injectable()
export class SecretKeys implements SecretSource {
  constructor(private readonly settings: Settings) {}

  get name(): string {
    return this.settings.secretKey === undefined ? SECRET_KEY_FILE : 'SECRET_KEY';
  }

  /** Generates a secret if none is set or stored. @throws StartupError if it can be neither read nor written */
  makeIfMissing(): void {
    if (this.settings.secretKey !== undefined) return;
    try {
      makeSecretKeyFile();
      readSecretKeyFiles();
    } catch (error) {
      throw new StartupError(
        `${SECRET_KEY_FILE} can be neither read nor written (${codeOf(error)}): make data/ writable or set SECRET_KEY`,
      );
    }
    readKept();
  }

  /** @throws StartupError if there is none */
  currentSecrets(): readonly string[] {
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
    throw new StartupError(`${SECRET_KEY_FILE} cannot be read (${codeOf(error)})`);
  }
  if (kept.length === 0)
    throw new StartupError(`There is no secret: SECRET_KEY is unset, and no ${SECRET_KEY_FILE} here`);
  // A truncated file would yield a guessable secret.
  if (kept.some((secret) => secret.length < MIN_LENGTH))
    throw new StartupError(`${SECRET_KEY_FILE} holds no whole secret`);
  return kept;
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
