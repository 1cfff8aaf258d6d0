import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import type { EntityManager } from 'typeorm';
import { Settings } from '../config/settings.js';
import { Sealer } from '../crypto/sealer.js';
import { readActiveKeys } from '../database/active-keys.js';
import type { SigningKey, SigningKeyState } from '../database/entities/signing-key.entity.js';
import { newId } from '../database/new-id.js';
import { generateKeyText } from './key-material.js';
import { RotationError } from './rotation-error.js';
import { SigningKeyRepository } from './signing-key.repository.js';

/** A key that is not sealed yet: its sealing belongs to the transaction that stores it, and its generation does not. */
export interface NewKey {
  readonly row: Omit<SigningKey, 'sealedKey'>;
  readonly keyText: string;
}

/** Makes signing keys, and seals them with the secret that the servers of the database have. */
@Injectable()
export class SigningKeyMaker {
  /**
   * One at a time: an RSA key takes one of libuv's few threads for up to seconds, and without a free one neither a statement of
   * SQLite nor a new connection to PostgreSQL proceeds.
   */
  private readonly generations = new PQueue({ concurrency: 1 });

  constructor(
    private readonly rows: SigningKeyRepository,
    private readonly sealer: Sealer,
    private readonly settings: Settings,
  ) {}

  /** Whether an active key, of any algorithm, opens; true if there is none. */
  async isSecretOfDatabase(): Promise<boolean> {
    const active = (await this.rows.list()).filter(({ state }) => state === 'active');
    return active.length === 0 || active.some((key) => this.opens(key));
  }

  /** A key sealed with a secret that the servers do not have would stop every login. @throws RotationError */
  async refuseOtherSecret(): Promise<void> {
    if (await this.isSecretOfDatabase()) return;
    throw new RotationError('SECRET_KEY is not the secret this database was sealed with');
  }

  /** Whether the secret of this process opens a key. */
  opens({ id, sealedKey }: SigningKey): boolean {
    return this.sealer.opens({ id, sealed: sealedKey });
  }

  /** A new key of the configured algorithm. */
  async generate(state: SigningKeyState): Promise<NewKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const id = newId();
    const keyText = await this.generations.add(() => generateKeyText(algorithm));
    const created = new Date();
    const activated = state === 'active' ? created : null;
    return { row: { id, algorithm, state, created, activated, retired: null }, keyText };
  }

  /** Seals with the secret that opens the active keys. @param manager of the transaction that stores the key. */
  async seal({ row, keyText }: NewKey, manager: EntityManager): Promise<SigningKey> {
    return { ...row, sealedKey: this.sealer.seal(keyText, row.id, await readActiveKeys(manager)) };
  }
}
