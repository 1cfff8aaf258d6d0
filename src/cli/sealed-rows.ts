import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { SigningKey } from '../database/entities/signing-key.entity.js';

const BATCH_LENGTH = 500;

/** A row with a sealed value. */
export interface SealedRow {
  readonly id: string;
  readonly sealed: string;
}

/** A table with sealed values. */
export interface SealedTable {
  readonly entity: EntityTarget<ObjectLiteral>;
  /** The property that holds them. */
  readonly property: string;
}

export const SIGNING_KEYS: SealedTable = { entity: SigningKey, property: 'sealedKey' };
export const AUTH_HEADERS: SealedTable = { entity: AuthHeader, property: 'sealedToken' };

/** Reads the rows of a table that have a sealed value, in batches, so that memory holds only one of them. */
export async function* sealedRows(
  dataSource: DataSource,
  { entity, property }: SealedTable,
): AsyncGenerator<readonly SealedRow[], void> {
  let after = '';
  for (;;) {
    const batch = await dataSource.manager
      .createQueryBuilder(entity, 'row')
      .select('row.id', 'id')
      .addSelect(`row.${property}`, 'sealed')
      .where(`row.id > :after AND row.${property} IS NOT NULL`, { after })
      .orderBy('row.id')
      .limit(BATCH_LENGTH)
      .getRawMany<SealedRow>();
    const last = batch.at(-1);
    if (last === undefined) return;
    after = last.id;
    yield batch;
  }
}
