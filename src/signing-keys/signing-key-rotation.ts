import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditService } from '../audit/audit.service.js';
import type { Actor } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { SealBroken, Sealer } from '../crypto/sealer.js';
import { generateKeyText } from './key-material.js';
import { RotationRefused } from './rotation-refused.js';
import { SigningKey, type SigningKeyState } from '../database/entities/signing-key.entity.js';

/** For how long a service may take a key set it has seen for the one there is. */
export const KEY_SET_MAX_AGE_SECONDS = 300;
/** What a change may take to reach every process and service, and the clocks to differ. */
const MARGIN_SECONDS = 10;

/**
 * Takes the signing keys from state to state: next → active → retired → deleted. A key is published as `next` for
 * longer than any key set is cached before it signs, and stays published as `retired` until the last JWT it signed has
 * expired; so whoever checks a JWT, here or offline, knows its key at every moment of a rotation.
 */
@Injectable()
export class SigningKeyRotation {
  constructor(
    @InjectRepository(SigningKey) private readonly rows: Repository<SigningKey>,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
    private readonly settings: Settings,
  ) {}

  async isEmpty(): Promise<boolean> {
    return !(await this.rows.exists());
  }

  /** Every key of every algorithm, newest first. */
  list(): Promise<SigningKey[]> {
    return this.rows.find({ order: { created: 'DESC' } });
  }

  /** When a `next` key has been published for long enough to sign. */
  readyAt({ created }: Pick<SigningKey, 'created'>): Date {
    return new Date(created.getTime() + (KEY_SET_MAX_AGE_SECONDS + MARGIN_SECONDS) * 1000);
  }

  has(state: SigningKeyState): Promise<boolean> {
    return this.rows.existsBy({ algorithm: this.settings.jwtAlgorithm, state });
  }

  /** Makes a key in a state that only one can have, unless there is one. */
  async makeIfMissing(state: Exclude<SigningKeyState, 'retired'>): Promise<void> {
    if (await this.has(state)) return;
    try {
      await this.rows.insert(await this.make(state));
    } catch (error) {
      // Another process made one in the meantime.
      if (!isUniqueViolation(error)) throw error;
    }
  }

  /** Deletes the retired keys whose last JWT has expired; answers how many there were. */
  async deleteOver(): Promise<number> {
    const seconds = this.settings.jwtTtlSeconds + MARGIN_SECONDS;
    const { affected } = await this.rows.delete({ retired: LessThan(new Date(Date.now() - seconds * 1000)) });
    return affected ?? 0;
  }

  /**
   * Has the next key sign from now on, and makes the one after it.
   * @throws RotationRefused while the next key has not been published for long enough
   */
  async rotate(actor: Actor): Promise<SigningKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const active = await this.rows.findOneBy({ algorithm, state: 'active' });
    if (active === null)
      throw new RotationRefused(`There is no active ${algorithm} key; is JWT_ALGORITHM the server's?`);
    this.refuseOtherSecret(active);
    await this.makeIfMissing('next');
    const next = await this.rows.findOneByOrFail({ algorithm, state: 'next' });
    if (this.readyAt(next) > new Date()) {
      throw new RotationRefused(
        `The next key ${next.id} was published at ${next.created.toISOString()}, and until ` +
          `${this.readyAt(next).toISOString()} a service may hold a key set without it; rotate then`,
      );
    }
    const afterNext = await this.make('next');
    return this.audit.recording(actor, async (manager) => {
      await manager.update(SigningKey, { algorithm, state: 'active' }, { state: 'retired', retired: new Date() });
      const { affected } = await manager.update(SigningKey, { id: next.id, state: 'next' }, { state: 'active' });
      if (!affected) throw new RotationRefused('Somebody else rotated the key just now');
      await manager.insert(SigningKey, afterNext);
      const occurrence = { action: 'key.rotate', target: next.id, detail: `retires ${active.id}` } as const;
      return { result: Object.assign(next, { state: 'active' }), occurrence };
    });
  }

  /**
   * Deletes every key, so that all their JWTs are refused, and makes a new one. `next` goes too: it lay beside the others,
   * under the same secret.
   * @throws RotationRefused if the secret is not the server's
   */
  async replaceAll(actor: Actor): Promise<SigningKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const active = await this.rows.findOneBy({ algorithm, state: 'active' });
    if (active !== null) this.refuseOtherSecret(active);
    const replacement = await this.make('active');
    return this.audit.recording(actor, async (manager) => {
      await manager.createQueryBuilder().delete().from(SigningKey).execute();
      await manager.insert(SigningKey, replacement);
      const occurrence = { action: 'key.rotate', target: replacement.id, detail: 'deletes every other key' } as const;
      return { result: replacement, occurrence };
    });
  }

  /** A key sealed with a secret that the servers do not have would stop every login. */
  private refuseOtherSecret({ sealedKey, id }: SigningKey): void {
    try {
      this.sealer.open(sealedKey, id);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      throw new RotationRefused('SECRET_KEY is not the secret this database was sealed with');
    }
  }

  private async make(state: SigningKeyState): Promise<SigningKey> {
    const { jwtAlgorithm: algorithm } = this.settings;
    const id = uuidv7();
    const keyText = await generateKeyText(algorithm);
    return { id, algorithm, state, sealedKey: this.sealer.seal(keyText, id), created: new Date(), retired: null };
  }
}
