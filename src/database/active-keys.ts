import type { EntityManager } from 'typeorm';

/** A signing key as it is stored. */
export interface StoredKey {
  readonly id: string;
  readonly sealed: string;
}

/** Written out: TypeORM takes longer to build it than SQLite to run it, and each new auth header asks. */
const ACTIVE_KEYS = `SELECT id, sealed_key AS sealed FROM signing_key WHERE state = 'active' ORDER BY created DESC`;

/** The active signing keys of every algorithm, as a transaction sees them. They show which secret the database is sealed with. */
export function readActiveKeys(manager: EntityManager): Promise<StoredKey[]> {
  return manager.query<StoredKey[]>(ACTIVE_KEYS);
}
