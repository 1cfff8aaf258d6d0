import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditEntry } from '../audit/audit-entry.js';
import { type Audited, AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import type { SigningKey } from '../database/entities/signing-key.entity.js';
import { NoSuchKey } from './rotation-error.js';
import { SigningKeyMaker } from './signing-key-maker.js';
import { ALONE, KEYS } from './signing-key-rotation.js';
import { SigningKeyRepository } from './signing-key.repository.js';

/** Deletes signing keys that somebody else may know, so that no JWT is accepted that they signed. */
@Injectable()
export class SigningKeyRevocation {
  constructor(
    private readonly rows: SigningKeyRepository,
    private readonly maker: SigningKeyMaker,
    private readonly transaction: AuditedTransaction,
  ) {}

  /**
   * Deletes one key, so that the JWTs that it signed are refused, and no others. If it is the active one, the next key signs from
   * now on, also if some services have not fetched it yet: a known key must not sign.
   * @returns the key that signs now.
   * @throws NoSuchKey; RotationError if the secret is not the server's
   */
  async revoke(kid: string, actor: Actor): Promise<SigningKey> {
    await this.maker.refuseOtherSecret();
    // Before a key is generated, which may take a second.
    if (!(await this.rows.list()).some(({ id }) => id === kid)) throw noSuchKey(kid);
    const made = await this.maker.generate('next');
    return this.transaction.commit(
      actor,
      async (manager) => {
        const replacement = await this.maker.seal(made, manager);
        const deleted = await this.rows.delete(kid, manager);
        if (deleted === undefined) throw noSuchKey(kid);
        const active = await this.succeed(deleted, replacement, manager);
        const detail = `${active.id} signs`;
        const entry = { action: 'key.revoke', target: kid, detail, revokes: KEYS } satisfies AuditEntry;
        return { result: active, entry } satisfies Audited<unknown>;
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
    await this.maker.refuseOtherSecret();
    const made = await this.maker.generate('active');
    return this.transaction.commit(
      actor,
      async (manager) => {
        // Before the deletion: the active keys show which secret seals.
        const replacement = await this.maker.seal(made, manager);
        await this.rows.deleteAll(manager);
        await this.rows.insert(replacement, manager);
        const detail = 'deletes every other key';
        const entry = { action: 'key.rotate', target: replacement.id, detail, revokes: KEYS } satisfies AuditEntry;
        return { result: replacement, entry } satisfies Audited<unknown>;
      },
      ALONE,
    );
  }

  /** Puts a new key in the place that a deleted one leaves. @returns the key that signs now. */
  private async succeed(deleted: SigningKey, replacement: SigningKey, manager: EntityManager): Promise<SigningKey> {
    const { algorithm } = replacement;
    const [active, next] = await this.rows.current(algorithm, manager);
    if (active !== undefined) {
      if (deleted.state === 'next' && deleted.algorithm === algorithm) await this.rows.insert(replacement, manager);
      return active;
    }
    if (next !== undefined && this.maker.opens(next) && (await this.rows.activate(next.id, manager))) {
      await this.rows.insert(replacement, manager);
      return { ...next, state: 'active', activated: new Date() };
    }
    if (next !== undefined) await this.rows.delete(next.id, manager);
    const first: SigningKey = { ...replacement, state: 'active', activated: replacement.created };
    await this.rows.insert(first, manager);
    return first;
  }
}

function noSuchKey(kid: string): NoSuchKey {
  return new NoSuchKey(`There is no signing key ${kid}`);
}
