import type { QueryRunner } from 'typeorm';
import { twinKey } from '../name-twins.js';

const BATCH_LENGTH = 500;

interface Row {
  readonly id: string;
  readonly username: string;
  readonly username_key: string;
  readonly email: string;
  readonly email_key: string;
}

type Name = 'username' | 'email';
/** Makes the key of a name from the name. */
export type KeyOf = (text: string) => string;

/**
 * Gives users the keys of their names by other rules. If two users get the same key, the older user keeps it. The other user is
 * named at every start and by `doctor`.
 * @param keyOf the names whose keys change.
 */
export async function rekeyNames(
  queryRunner: QueryRunner,
  keyOf: Readonly<Partial<Record<Name, KeyOf>>>,
): Promise<void> {
  let after = '';
  for (;;) {
    // Ids are ordered by time, so the older user comes first.
    const rows = (await queryRunner.query(
      `SELECT id, username, username_key, email, email_key FROM "user" WHERE id > $1 ORDER BY id LIMIT ${BATCH_LENGTH}`,
      [after],
    )) as Row[];
    for (const row of rows) {
      for (const name of ['username', 'email'] as const) {
        const key = keyOf[name]?.(row[name]);
        if (key !== undefined && key !== row[`${name}_key`]) await setKey(queryRunner, name, row.id, key);
      }
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** Gives a user a key, unless an older user has it. A younger user with the same key loses it. */
async function setKey(queryRunner: QueryRunner, name: Name, id: string, key: string): Promise<void> {
  const set = (whose: string, value: string): Promise<unknown> =>
    queryRunner.query(`UPDATE "user" SET ${name}_key = $1 WHERE id = $2`, [value, whose]);
  const [holder] = (await queryRunner.query(`SELECT id FROM "user" WHERE ${name}_key = $1`, [key])) as { id: string }[];
  if (holder !== undefined && holder.id < id) {
    await set(id, twinKey(id));
    return;
  }
  if (holder !== undefined && holder.id !== id) await set(holder.id, twinKey(holder.id));
  await set(id, key);
}
