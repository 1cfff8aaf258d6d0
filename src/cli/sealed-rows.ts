import { type EntityManager, type EntityTarget, IsNull, MoreThan, Not, type ObjectLiteral } from 'typeorm';
import type { SealedValue } from '../crypto/sealer.js';
import { AuditChain } from '../database/entities/audit-chain.entity.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { Challenge } from '../database/entities/challenge.entity.js';
import { Factor } from '../database/entities/factor.entity.js';
import { Mail } from '../database/entities/mail.entity.js';
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

/** A table whose sealed rows are read in batches: it can be large, and servers write to it meanwhile. */
export interface SealedTable {
  /** In words, for people. */
  readonly label: string;
  readonly entity: EntityTarget<ObjectLiteral>;
  /** The property that is sealed, and its column. */
  readonly property: string;
  readonly column: string;
  /** Whether its rows are worth something for longer than some days. Those of other tables may be lost. */
  readonly isLasting: boolean;
  describe(row: ObjectLiteral): string;
}

export const AUTH_HEADERS: SealedTable = {
  label: 'auth headers',
  entity: AuthHeader,
  property: 'sealedToken',
  column: 'sealed_token',
  isLasting: true,
  describe: ({ id, name, userId }) => `auth_header ${id}, ${JSON.stringify(name)} of user ${userId}`,
};
export const FACTORS: SealedTable = {
  label: 'second factors',
  entity: Factor,
  property: 'sealedSecret',
  column: 'sealed_secret',
  isLasting: true,
  describe: ({ id, name, userId }) => `factor ${id}, ${JSON.stringify(name)} of user ${userId}`,
};
export const CHALLENGES: SealedTable = {
  label: 'logins under way',
  entity: Challenge,
  property: 'sealedState',
  column: 'sealed_state',
  isLasting: false,
  describe: ({ id, userId }) => `challenge ${id} of user ${userId}`,
};
export const MAILS: SealedTable = {
  label: 'mails that wait',
  entity: Mail,
  property: 'sealedContent',
  column: 'sealed_content',
  isLasting: false,
  describe: ({ id }) => `mail ${id}`,
};
export const AUDIT_CHAINS: SealedTable = {
  label: 'chains of the audit',
  entity: AuditChain,
  property: 'sealedKey',
  column: 'sealed_key',
  isLasting: true,
  describe: ({ id, number }) => `audit_chain ${id}, chain ${number} of the audit`,
};
/** Every table but that of the signing keys, which are few. */
export const SEALED_TABLES = [AUTH_HEADERS, FACTORS, CHALLENGES, MAILS, AUDIT_CHAINS] as const;

/** Some hundred rows whose value is stored, in the order of their ids. @param after the last id of the batch before. */
export async function readSealed(manager: EntityManager, table: SealedTable, after: string): Promise<SealedRow[]> {
  const rows = await manager.find(table.entity, {
    where: { id: MoreThan(after), [table.property]: Not(IsNull()) },
    order: { id: 'ASC' },
    take: BATCH_LENGTH,
  });
  return rows.map((row) => ({
    id: row.id as string,
    sealed: row[table.property] as string,
    description: table.describe(row),
  }));
}

/** How many rows have a stored value. */
export function countSealed(manager: EntityManager, { entity, property }: SealedTable): Promise<number> {
  return manager.countBy(entity, { [property]: Not(IsNull()) });
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
