import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '../audit/audit-entry.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import { type Actor, SERVER } from '../auth/actor.js';
import type { JwtAlgorithm } from '../config/jwt-algorithms.js';
import { Settings } from '../config/settings.js';
import { DAY_MS } from '../config/time.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { SIGNING_KEYS, Transactions } from '../database/transactions.js';
import { PruningClock } from '../database/pruning-clock.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import { KEY_SET_MAX_AGE_SECONDS, MARGIN_SECONDS, readyAt } from './key-schedule.js';
import { RotationError, RotationTooEarly } from './rotation-error.js';
import { SigningKeyMaker } from './signing-key-maker.js';
import { SigningKeyRepository } from './signing-key.repository.js';
import type { SigningKey, SigningKeyState } from '../database/entities/signing-key.entity.js';

/** What every change of the keys revokes. */
export const KEYS = { kind: 'signing-keys' } as const;
/** One change of the keys at a time, and none while the secret is replaced. */
export const ALONE = { exclusive: [SIGNING_KEYS] };

/**
 * Takes the signing keys from state to state: next → active → retired → deleted. A key is published as `next` for
 * longer than any key set is cached before it signs, and stays published as `retired` until the last JWT it signed has
 * expired. So every service that checks a JWT, online or offline, knows its key at every moment of a rotation.
 */
@Injectable()
export class SigningKeyRotation {
  constructor(
    private readonly rows: SigningKeyRepository,
    private readonly maker: SigningKeyMaker,
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

  async has(state: SigningKeyState): Promise<boolean> {
    return (await this.rows.find(this.settings.jwtAlgorithm, state)) !== null;
  }

  /**
   * Makes a key in a state that only one can have, unless there is one.
   * @throws SecretUnavailable if it cannot be sealed
   */
  async ensure(state: Exclude<SigningKeyState, 'retired'>): Promise<void> {
    if (await this.has(state)) return;
    const made = await this.maker.generate(state);
    try {
      await this.transactions.run(async (manager) => {
        await this.rows.insert(await this.maker.seal(made, manager), manager);
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
   * @throws RotationTooEarly while the next key has not been published for long enough; RotationError
   */
  async rotate(actor: Actor): Promise<SigningKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const active = await this.rows.find(algorithm, 'active');
    if (active === null) throw new RotationError(`There is no active ${algorithm} key; is JWT_ALGORITHM the server's?`);
    await this.maker.refuseOtherSecret();
    if (!this.maker.opens(active)) throw new RotationError(`The active key ${active.id} does not open; it is damaged`);
    await this.bringToPresent();
    const next = await this.readyNext(algorithm);
    if (next === null) throw this.justRotated();
    if (readyAt(next) > new Date()) {
      throw new RotationTooEarly(
        `The next key ${next.id} was published at ${next.created.toISOString()}, and until ` +
          `${readyAt(next).toISOString()} a service may hold a key set without it; rotate then`,
        readyAt(next),
      );
    }
    const made = await this.maker.generate('next');
    return this.transaction.commit(
      actor,
      async (manager) => {
        const afterNext = await this.maker.seal(made, manager);
        await this.rows.retireActive(algorithm, manager);
        if (!(await this.rows.activate(next.id, manager))) throw this.justRotated();
        await this.rows.insert(afterNext, manager);
        const detail = `retires ${active.id}`;
        const entry = { action: 'key.rotate', target: next.id, detail, revokes: KEYS } satisfies AuditEntry;
        return { result: Object.assign(next, { state: 'active' }), entry } satisfies Audited<unknown>;
      },
      ALONE,
    );
  }

  /**
   * Rotates if the active key has signed for longer than `JWT_KEY_MAX_AGE_DAYS`.
   * @returns the key that signs now, if there was a rotation.
   * @throws RotationError
   */
  async rotateIfDue(): Promise<SigningKey | undefined> {
    const { jwtAlgorithm, jwtKeyMaxAgeDays } = this.settings;
    const active = jwtKeyMaxAgeDays === 0 ? null : await this.rows.find(jwtAlgorithm, 'active');
    if (active === null) return undefined;
    const since = active.activated ?? active.created;
    // A clock that is far ahead at one start must not rotate: the time that servers have witnessed counts.
    const ageMs = (await this.clock.now()).getTime() - since.getTime();
    if (ageMs < jwtKeyMaxAgeDays * DAY_MS) return undefined;
    return this.rotate(SERVER).catch((error: unknown) => {
      // Another process was earlier, or the next key was made a moment ago: the next upkeep finds what is left to do.
      if (error instanceof RotationTooEarly) return undefined;
      throw error;
    });
  }

  private justRotated(): RotationTooEarly {
    const message = 'Another process rotated the key just now';
    return new RotationTooEarly(message, readyAt({ created: new Date() }));
  }

  /** The next key. One that does not open has signed nothing, and is replaced: activated, it would stop every login. */
  private async readyNext(algorithm: JwtAlgorithm): Promise<SigningKey | null> {
    await this.ensure('next');
    const next = await this.rows.find(algorithm, 'next');
    if (next === null || this.maker.opens(next)) return next;
    await this.rows.deleteNext(next.id);
    await this.ensure('next');
    return this.rows.find(algorithm, 'next');
  }
}
