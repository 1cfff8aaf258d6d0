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

/** The descriptions of rows, a hundred at most. */
export function describeRows(descriptions: readonly string[]): string[] {
  const others = descriptions.length - MAX_NAMED;
  return others > 0 ? [...descriptions.slice(0, MAX_NAMED), `and ${others} more`] : [...descriptions];
}
