import { hash } from 'node:crypto';
import type { Locks } from '../transactions.js';
import type { Statement } from './statement-batch.js';

/** The lock of the processes that bring the schema up to date. */
export const MIGRATIONS = 'migrations';

/**
 * The statements that take locks until the end of the transaction. They are taken in one order everywhere, so that no two
 * transactions wait for each other. They lock no row: a row that is locked for a check and then changed is how two transactions
 * come to wait for each other.
 */
export function advisoryLocks({ shared = [], exclusive = [] }: Locks): (Statement & { values: [string] })[] {
  const exclusively = new Set(exclusive.map(keyOf));
  const keys = [...new Set([...exclusively, ...shared.map(keyOf)])].sort((a, b) => (a < b ? -1 : 1));
  return keys.map((key) => ({
    text: `SELECT pg_advisory_xact_lock${exclusively.has(key) ? '' : '_shared'}($1)`,
    values: [String(key)],
  }));
}

/** 64 bits of a hash: two names that share a key only wait for each other. */
function keyOf(name: string): bigint {
  return hash('sha256', `elastic-personas ${name}`, 'buffer').readBigInt64BE();
}
