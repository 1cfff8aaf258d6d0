import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { GroupCommit } from '../database/group-commit.js';
import { UnsealError, Sealer } from '../crypto/sealer.js';
import { generateKeyText } from './key-material.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import { RotationError } from './rotation-error.js';
import { SigningKeyRepository } from './signing-key.repository.js';
import type { SigningKey, SigningKeyState } from '../database/entities/signing-key.entity.js';

/** For how long a service may take a key set it has seen for the one there is. */
export const KEY_SET_MAX_AGE_SECONDS = 300;
/** What a change may take to reach every process and service, and the clocks to differ. */
const MARGIN_SECONDS = 10;

const KEYS = { kind: 'signing-keys' } as const;

/**
 * Takes the signing keys from state to state: next → active → retired → deleted. A key is published as `next` for
 * longer than any key set is cached before it signs, and stays published as `retired` until the last JWT it signed has
 * expired; so whoever checks a JWT, here or offline, knows its key at every moment of a rotation.
 */
@Injectable()
export class SigningKeyRotation {
  constructor(
    private readonly rows: SigningKeyRepository,
    private readonly sealer: Sealer,
    private readonly transaction: AuditedTransaction,
    private readonly transactions: GroupCommit,
    private readonly revocations: RevocationRepository,
    private readonly settings: Settings,
  ) {}

  async isEmpty(): Promise<boolean> {
    return (await this.rows.list()).length === 0;
  }

  /** Every key of every algorithm, newest first. */
  list(): Promise<SigningKey[]> {
    return this.rows.list();
  }

  /** When a `next` key has been published for long enough to sign. */
  readyAt({ created }: Pick<SigningKey, 'created'>): Date {
    return new Date(created.getTime() + (KEY_SET_MAX_AGE_SECONDS + MARGIN_SECONDS) * 1000);
  }

  async has(state: SigningKeyState): Promise<boolean> {
    return (await this.rows.find(this.settings.jwtAlgorithm, state)) !== null;
  }

  /** Makes a key in a state that only one can have, unless there is one. */
  async ensure(state: Exclude<SigningKeyState, 'retired'>): Promise<void> {
    if (await this.has(state)) return;
    try {
      const key = await this.make(state);
      await this.transactions.run(async (manager) => {
        await this.rows.insert(key, manager);
        await this.revocations.insert(KEYS, manager);
      });
    } catch (error) {
      // Another process made one in the meantime.
      if (!isUniqueViolation(error)) throw error;
    }
  }

  /** Deletes the retired keys whose last JWT has expired; answers how many there were. */
  deleteOver(): Promise<number> {
    const seconds = this.settings.jwtTtlSeconds + MARGIN_SECONDS;
    return this.rows.deleteRetired(new Date(Date.now() - seconds * 1000));
  }

  /**
   * Has the next key sign from now on, and makes the one after it.
   * @throws RotationError while the next key has not been published for long enough
   */
  async rotate(actor: Actor): Promise<SigningKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const active = await this.rows.find(algorithm, 'active');
    if (active === null) throw new RotationError(`There is no active ${algorithm} key; is JWT_ALGORITHM the server's?`);
    this.refuseOtherSecret(active);
    await this.ensure('next');
    const next = await this.rows.find(algorithm, 'next');
    if (next === null) throw new RotationError('Somebody else rotated the key just now');
    if (this.readyAt(next) > new Date()) {
      throw new RotationError(
        `The next key ${next.id} was published at ${next.created.toISOString()}, and until ` +
          `${this.readyAt(next).toISOString()} a service may hold a key set without it; rotate then`,
      );
    }
    const afterNext = await this.make('next');
    return this.transaction.commit(actor, async (manager) => {
      await this.rows.retireActive(algorithm, manager);
      if (!(await this.rows.activate(next.id, manager)))
        throw new RotationError('Somebody else rotated the key just now');
      await this.rows.insert(afterNext, manager);
      const entry = { action: 'key.rotate', target: next.id, detail: `retires ${active.id}`, revokes: KEYS } as const;
      return { result: Object.assign(next, { state: 'active' }), entry };
    });
  }

  /**
   * Deletes every key, so that all their JWTs are refused, and makes a new one. `next` goes too: it lay beside the others,
   * under the same secret.
   * @throws RotationError if the secret is not the server's
   */
  async replaceAll(actor: Actor): Promise<SigningKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const active = await this.rows.find(algorithm, 'active');
    if (active !== null) this.refuseOtherSecret(active);
    const replacement = await this.make('active');
    return this.transaction.commit(actor, async (manager) => {
      await this.rows.deleteAll(manager);
      await this.rows.insert(replacement, manager);
      const entry = {
        action: 'key.rotate',
        target: replacement.id,
        detail: 'deletes every other key',
        revokes: KEYS,
      } as const;
      return { result: replacement, entry };
    });
  }

  /** A key sealed with a secret that the servers do not have would stop every login. */
  private refuseOtherSecret({ sealedKey, id }: SigningKey): void {
    try {
      this.sealer.open(sealedKey, id);
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      throw new RotationError('SECRET_KEY is not the secret this database was sealed with');
    }
  }

  private async make(state: SigningKeyState): Promise<SigningKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const id = uuidv7();
    const keyText = await generateKeyText(algorithm);
    return { id, algorithm, state, sealedKey: this.sealer.seal(keyText, id), created: new Date(), retired: null };
  }
}
