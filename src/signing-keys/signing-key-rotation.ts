import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditEntry } from '../audit/audit-entry.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import { type JwtAlgorithm, Settings } from '../config/settings.js';
import { readActiveKeys } from '../database/active-keys.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { SIGNING_KEYS, Transactions } from '../database/transactions.js';
import { newId } from '../database/new-id.js';
import { PruningClock } from '../database/pruning-clock.js';
import { Sealer } from '../crypto/sealer.js';
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
/** One change of the keys at a time, and none while the secret is replaced. */
const ALONE = { exclusive: [SIGNING_KEYS] };

/** A key that is not sealed yet: its sealing belongs to the transaction that stores it, and its generation does not. */
interface NewKey {
  readonly row: Omit<SigningKey, 'sealedKey'>;
  readonly keyText: string;
}

/**
 * Takes the signing keys from state to state: next → active → retired → deleted. A key is published as `next` for
 * longer than any key set is cached before it signs, and stays published as `retired` until the last JWT it signed has
 * expired. So every service that checks a JWT, online or offline, knows its key at every moment of a rotation.
 */
@Injectable()
export class SigningKeyRotation {
  constructor(
    private readonly rows: SigningKeyRepository,
    private readonly sealer: Sealer,
    private readonly transaction: AuditedTransaction,
    private readonly transactions: Transactions,
    private readonly revocations: RevocationRepository,
    private readonly settings: Settings,
    private readonly clock: PruningClock,
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

  /** Whether an active key, of any algorithm, opens; true if there is none. */
  async isSecretOfDatabase(): Promise<boolean> {
    const active = (await this.rows.list()).filter(({ state }) => state === 'active');
    return active.length === 0 || active.some((key) => this.opens(key));
  }

  /**
   * Makes a key in a state that only one can have, unless there is one.
   * @throws SecretUnavailable if it cannot be sealed
   */
  async ensure(state: Exclude<SigningKeyState, 'retired'>): Promise<void> {
    if (await this.has(state)) return;
    const made = await this.generate(state);
    try {
      await this.transactions.run(async (manager) => {
        await this.rows.insert(await this.seal(made, manager), manager);
        await this.revocations.insert(KEYS, manager);
      }, ALONE);
    } catch (error) {
      // Another process made one in the meantime.
      if (!isUniqueViolation(error)) throw error;
    }
  }

  /** Deletes the retired keys whose last JWT has expired; answers how many there were. */
  async deleteOver(): Promise<number> {
    const seconds = this.settings.jwtTtlSeconds + MARGIN_SECONDS;
    const now = await this.clock.now();
    return this.rows.deleteRetired(new Date(now.getTime() - seconds * 1000));
  }

  /**
   * Replaces moments of the future by the present. A key that was made or retired while the clock was ahead could otherwise
   * not sign, or would not be deleted, until the clock has got there. A near one stays: the clock may be behind now, and by the
   * right clock the key would then sign, or be deleted, too early.
   */
  bringToPresent(): Promise<void> {
    const seconds = Math.max(this.settings.jwtTtlSeconds, KEY_SET_MAX_AGE_SECONDS) + MARGIN_SECONDS;
    return this.rows.bringToPresent(new Date(Date.now() + seconds * 1000));
  }

  /**
   * Has the next key sign from now on, and makes the one after it.
   * @throws RotationError while the next key has not been published for long enough
   */
  async rotate(actor: Actor): Promise<SigningKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const active = await this.rows.find(algorithm, 'active');
    if (active === null) throw new RotationError(`There is no active ${algorithm} key; is JWT_ALGORITHM the server's?`);
    await this.refuseOtherSecret();
    if (!this.opens(active)) throw new RotationError(`The active key ${active.id} does not open; it is damaged`);
    await this.bringToPresent();
    const next = await this.readyNext(algorithm);
    if (next === null) throw new RotationError('Another command rotated the key just now');
    if (this.readyAt(next) > new Date()) {
      throw new RotationError(
        `The next key ${next.id} was published at ${next.created.toISOString()}, and until ` +
          `${this.readyAt(next).toISOString()} a service may hold a key set without it; rotate then`,
      );
    }
    const made = await this.generate('next');
    return this.transaction.commit(
      actor,
      async (manager) => {
        const afterNext = await this.seal(made, manager);
        await this.rows.retireActive(algorithm, manager);
        if (!(await this.rows.activate(next.id, manager)))
          throw new RotationError('Another command rotated the key just now');
        await this.rows.insert(afterNext, manager);
        const detail = `retires ${active.id}`;
        const entry = { action: 'key.rotate', target: next.id, detail, revokes: KEYS } satisfies AuditEntry;
        return { result: Object.assign(next, { state: 'active' }), entry } satisfies Audited<unknown>;
      },
      ALONE,
    );
  }

  /**
   * Deletes every key, so that all their JWTs are refused, and makes a new one. `next` is deleted too: it was stored with the others,
   * under the same secret.
   * @throws RotationError if the secret is not the server's
   */
  async replaceAll(actor: Actor): Promise<SigningKey> {
    await this.refuseOtherSecret();
    const made = await this.generate('active');
    return this.transaction.commit(
      actor,
      async (manager) => {
        // Before the deletion: the active keys show which secret seals.
        const replacement = await this.seal(made, manager);
        await this.rows.deleteAll(manager);
        await this.rows.insert(replacement, manager);
        const detail = 'deletes every other key';
        const entry = { action: 'key.rotate', target: replacement.id, detail, revokes: KEYS } satisfies AuditEntry;
        return { result: replacement, entry } satisfies Audited<unknown>;
      },
      ALONE,
    );
  }

  /** The next key. One that does not open has signed nothing, and is replaced: activated, it would stop every login. */
  private async readyNext(algorithm: JwtAlgorithm): Promise<SigningKey | null> {
    await this.ensure('next');
    const next = await this.rows.find(algorithm, 'next');
    if (next === null || this.opens(next)) return next;
    await this.rows.deleteNext(next.id);
    await this.ensure('next');
    return this.rows.find(algorithm, 'next');
  }

  /** A key sealed with a secret that the servers do not have would stop every login. */
  private async refuseOtherSecret(): Promise<void> {
    if (await this.isSecretOfDatabase()) return;
    throw new RotationError('SECRET_KEY is not the secret this database was sealed with');
  }

  private opens({ id, sealedKey }: SigningKey): boolean {
    return this.sealer.opens({ id, sealed: sealedKey });
  }

  private async generate(state: SigningKeyState): Promise<NewKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const id = newId();
    const keyText = await generateKeyText(algorithm);
    return { row: { id, algorithm, state, created: new Date(), retired: null }, keyText };
  }

  private async seal({ row, keyText }: NewKey, manager: EntityManager): Promise<SigningKey> {
    return { ...row, sealedKey: this.sealer.seal(keyText, row.id, await readActiveKeys(manager)) };
  }
}
