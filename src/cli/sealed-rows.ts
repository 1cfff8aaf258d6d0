import { type EntityManager, IsNull, MoreThan, Not } from 'typeorm';
import type { SealedValue } from '../crypto/sealer.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { SigningKey } from '../database/entities/signing-key.entity.js';

const BATCH_LENGTH = 500;
const MAX_NAMED = 100;

/** A sealed value, and what an operator needs to find its row. */
export interface SealedRow extends SealedValue {
  readonly description: string;
}

/** Every signing key; there are few. */
export async function readSigningKeys(manager: EntityManager): Promise<SealedRow[]> {
  const rows = await manager.find(SigningKey, { order: { id: 'ASC' } });
  return rows.map(({ id, sealedKey, algorithm, state }) => ({
    id,
    sealed: sealedKey,
    description: `signing_key ${id}, ${state}, ${algorithm}`,
  }));
}

/** Some hundred auth headers whose value is stored, in the order of their ids. @param after the last id of the batch before. */
export async function readAuthHeaders(manager: EntityManager, after: string): Promise<SealedRow[]> {
  const rows = await manager.find(AuthHeader, {
    select: { id: true, name: true, userId: true, sealedToken: true },
    where: { id: MoreThan(after), sealedToken: Not(IsNull()) },
    order: { id: 'ASC' },
    take: BATCH_LENGTH,
  });
  return rows.map(({ id, name, userId, sealedToken }) => ({
    id,
    sealed: sealedToken ?? '',
    description: `auth_header ${id}, ${JSON.stringify(name)} of user ${userId}`,
  }));
}

/** How many auth headers have a stored value. */
export function countAuthHeaders(manager: EntityManager): Promise<number> {
  return manager.countBy(AuthHeader, { sealedToken: Not(IsNull()) });
}

/** The rows that do not open. Memory holds their number, and the descriptions of the first hundred. */
export class UnopenedRows {
  private readonly named: string[] = [];
  private count = 0;

  get number(): number {
    return this.count;
  }

  add(rows: readonly SealedRow[]): void {
    this.count += rows.length;
    for (const { description } of rows.slice(0, MAX_NAMED - this.named.length)) this.named.push(description);
  }

  describe(): string[] {
    const others = this.count - this.named.length;
    return others > 0 ? [...this.named, `and ${others} more`] : [...this.named];
  }
}
