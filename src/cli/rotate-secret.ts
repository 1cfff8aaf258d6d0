import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import type { Audited } from '../audit/audited-transaction.js';
import { SECRET_KEY_FILE } from '../config/private-files.js';
import type { Settings } from '../config/settings.js';
import { SEALING } from '../crypto/crypto.module.js';
import { type Resealing, Sealer, type SealedValue } from '../crypto/sealer.js';
import { UnsealError } from '../crypto/sealing-errors.js';
import {
  removePreviousSecretKeyFile,
  replaceSecretKeyFile,
  restoreSecretKeyFile,
  unusedSecretKeyFiles,
} from '../crypto/secret-key-file.js';
import { readActiveKeys } from '../database/active-keys.js';
import { SigningKey } from '../database/entities/signing-key.entity.js';
import { PreparedUpdate } from '../database/prepared/prepared-change.js';
import { SIGNING_KEYS } from '../database/transactions.js';
import { CommandError } from './command-error.js';
import { progressOn } from './progress.js';
import {
  AUDIT_CHAINS,
  AUTH_HEADERS,
  CHALLENGES,
  countSealed,
  FACTORS,
  MAILS,
  readSealed,
  readSigningKeys,
  type SealedRow,
  type SealedTable,
  UnopenedRows,
} from './sealed-rows.js';
import type { Services } from './services.js';

/** While the secret changes, nothing is sealed, and no key is made. */
const ALONE = { exclusive: [SIGNING_KEYS] };
const SHARED = { shared: [SIGNING_KEYS] };

/** The numbers of resealed rows. */
export interface Resealed {
  readonly authHeaders: number;
  readonly secondFactors: number;
  readonly signingKeys: number;
}

/** What a rotation has done. */
export interface Rotation {
  readonly resealed: Resealed;
  /** Copies of secrets that nothing reads, and an operator may have to delete. */
  readonly unusedFiles: readonly string[];
}

/**
 * Reseals every row with the new secret. The signing keys come first, in the transaction that replaces the secret: every
 * writer asks them, under the same lock, which secret seals. So nothing is sealed with the old secret from then on, and the other
 * tables follow in batches, so that servers can write in between.
 * @throws CommandError if there is no new secret, or no secret opens a row; the old secret is then kept
 */
export async function rotateSecret(services: Services): Promise<Rotation> {
  const { settings, transactions, transaction, actor } = services;
  if (settings.secretKey !== undefined && settings.secretKeyPrevious === undefined) {
    throw new CommandError(
      'Set SECRET_KEY to the new secret and SECRET_KEY_PREVIOUS to the old one; see secret rotate --help',
    );
  }
  const unopened = new UnopenedRows();
  const { previous, signingKeys } = await replaceSecret(services, unopened);
  const authHeaders = await resealTable(services, AUTH_HEADERS, unopened);
  const secondFactors = await resealTable(services, FACTORS, unopened);
  await resealTable(services, CHALLENGES, unopened);
  await resealTable(services, MAILS, unopened);
  await resealTable(services, AUDIT_CHAINS, unopened);
  if (unopened.number > 0) throw new CommandError(describe(unopened));
  const resealed = { authHeaders, secondFactors, signingKeys };
  await transaction.commit(actor, () => {
    const detail = `${authHeaders} auth headers, ${secondFactors} second factors, ${signingKeys} signing keys`;
    return Promise.resolve({
      result: undefined,
      entry: { action: 'secret.rotate', detail },
    } satisfies Audited<unknown>);
  });
  // Under the lock, and only this secret: another command may have begun the next replacement.
  if (previous !== undefined) {
    await transactions.run(() => {
      removePreviousSecretKeyFile(previous);
      return Promise.resolve();
    }, ALONE);
  }
  return { resealed, unusedFiles: settings.secretKey === undefined ? unusedSecretKeyFiles() : [] };
}

function isKeptInFile({ secretKey, secretKeyPrevious }: Settings): boolean {
  return secretKey === undefined && secretKeyPrevious === undefined;
}

/**
 * Of two concurrent commands, one replaces the secret and the other continues with it.
 * @returns the secret that was replaced, if it is in a file, and how many signing keys were resealed.
 */
async function replaceSecret(
  { settings, transactions, sealer }: Services,
  unopenedRows: UnopenedRows,
): Promise<{ previous: string | undefined; signingKeys: number }> {
  let previous: string | undefined;
  try {
    return await transactions.run(async (manager) => {
      // A wrong secret must not replace the right one.
      refuseOtherSecret(sealer, await readActiveKeys(manager));
      previous = isKeptInFile(settings) ? replaceFile() : undefined;
      const rows = await readSigningKeys(manager);
      const { changed, unopened } = sealer.reseal(rows, []);
      for (const { id, sealed } of changed) await manager.update(SigningKey, { id }, { sealedKey: sealed });
      unopenedRows.add(rowsOf(rows, unopened));
      return { previous, signingKeys: changed.length };
    }, ALONE);
  } catch (error) {
    const replaced = previous;
    // If that fails too, both files stay, and the next run continues with them.
    if (replaced !== undefined)
      await transactions.run((manager) => restoreFile(manager, replaced), ALONE).catch(() => undefined);
    throw error;
  }
}

function refuseOtherSecret(sealer: Sealer, active: readonly SealedValue[]): void {
  if (active.length > 0 && !active.some((key) => sealer.opens(key))) throw new UnsealError();
}

function replaceFile(): string {
  try {
    return replaceSecretKeyFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const remedy = code === 'EPERM' ? ': run the command as the owner of the file, or as root' : '';
    throw new CommandError(
      `${SECRET_KEY_FILE} cannot be replaced (${code ?? String(error)}); nothing changed${remedy}`,
    );
  }
}

/** Whether a failed commit has taken place is uncertain, so the keys decide whether the old secret is still in use. */
async function restoreFile(manager: EntityManager, previous: string): Promise<void> {
  const sealer = new Sealer(previous, SEALING);
  const active = await readActiveKeys(manager);
  if (active.length === 0 || active.some((key) => sealer.opens(key))) restoreSecretKeyFile(previous);
}

/** @returns how many were resealed. */
async function resealTable(
  { dataSource, transactions, sealer }: Services,
  table: SealedTable,
  unopenedRows: UnopenedRows,
): Promise<number> {
  const rows = dataSource.getRepository(table.entity).createQueryBuilder();
  // A row that was rotated or deleted meanwhile stays as it is.
  const query = rows
    .update()
    .set({ [table.property]: () => ':sealed' })
    .where(`id = :id AND ${table.column} = :before`);
  const update = new PreparedUpdate(query, ['sealed', 'id', 'before']);
  const progress = progressOn(process.stderr);
  const total = await countSealed(dataSource.manager, table);
  let [resealed, seen, after] = [0, 0, ''];
  for (;;) {
    // Outside of the transaction: servers wait for the lock.
    const active = await readActiveKeys(dataSource.manager);
    const batch = await readSealed(dataSource.manager, table, after);
    const last = batch.at(-1);
    if (last === undefined) {
      // Some may have been deleted meanwhile.
      if (seen < total) progress(table.label, seen, seen);
      return resealed;
    }
    const result = sealer.reseal(batch, active);
    const stored = await transactions.run((manager) => store(manager, update, result, active), SHARED);
    // The keys were rotated meanwhile, perhaps with the secret: the batch has to follow them.
    if (stored === undefined) continue;
    resealed += stored;
    if (table.isLasting) unopenedRows.add(rowsOf(batch, result.unopened));
    seen += batch.length;
    // Others may be added meanwhile.
    progress(table.label, seen, Math.max(seen, total));
    after = last.id;
  }
}

/** @returns how many rows were changed; undefined if the active keys are other ones by now. */
async function store(
  manager: EntityManager,
  update: PreparedUpdate<'sealed' | 'id' | 'before'>,
  { changed }: Resealing,
  active: readonly SealedValue[],
): Promise<number | undefined> {
  if (!isDeepStrictEqual(await readActiveKeys(manager), active)) return undefined;
  let stored = 0;
  for (const { id, sealed, before } of changed) stored += await update.execute(manager, { id, sealed, before });
  return stored;
}

function rowsOf(rows: readonly SealedRow[], ids: ReadonlySet<string>): SealedRow[] {
  return rows.filter(({ id }) => ids.has(id));
}

function describe(unopened: UnopenedRows): string {
  return [
    `${unopened.number} rows open with neither secret; both secrets are kept:`,
    ...unopened.describe().map((line) => `  ${line}`),
    'Restore them, or delete the auth headers with authheader delete ID and the second factors with user factor remove; a retired key is deleted after its last JWT has ' +
      'expired, and key rotate replaces a next key. Then run secret rotate again.',
  ].join('\n');
}
