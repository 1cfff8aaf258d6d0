import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { UnsealError, type Sealer } from '../crypto/sealer.js';
import { removePreviousSecretKeyFile, replaceSecretKeyFile } from '../crypto/secret-key-file.js';
import { SigningKey } from '../database/entities/signing-key.entity.js';
import { CommandError } from './command-error.js';
import { AUTH_HEADERS, type SealedTable, sealedRows, SIGNING_KEYS } from './sealed-rows.js';
import type { Services } from './services.js';

/** How long a running request may take to store a value sealed with the old secret. */
const LATE_WRITES_MS = 1000;

/** The numbers of resealed rows. */
export interface Resealed {
  readonly authHeaders: number;
  readonly signingKeys: number;
}

/**
 * Reseals every row with the current secret, in batches, so that servers can write in between.
 * @throws CommandError if there is no new secret, or neither secret opens a row; the old secret is then kept
 */
export async function rotateSecret(services: Services): Promise<Resealed> {
  const { settings, dataSource, sealer, transaction, actor } = services;
  if (settings.secretKey !== undefined && settings.secretKeyPrevious === undefined) {
    throw new CommandError(
      'Set SECRET_KEY to the new secret and SECRET_KEY_PREVIOUS to the old one; see secret rotate --help',
    );
  }
  await refuseOtherSecret(dataSource, sealer);
  const replacesFile = isKeptInFile(settings);
  // Under the database's write lock: of two concurrent commands, one replaces the secret and the other continues with it.
  if (replacesFile) {
    await dataSource.transaction(() => {
      replaceSecretKeyFile();
      return Promise.resolve();
    });
  }
  sealer.refresh();
  const first = await resealAll(dataSource, sealer);
  await sleep(LATE_WRITES_MS);
  const late = await resealAll(dataSource, sealer);
  const resealed = {
    authHeaders: first.authHeaders + late.authHeaders,
    signingKeys: first.signingKeys + late.signingKeys,
  };
  await transaction.commit(actor, () => {
    if (replacesFile) removePreviousSecretKeyFile();
    const detail = `${resealed.authHeaders} auth headers, ${resealed.signingKeys} signing keys`;
    return Promise.resolve({ result: undefined, entry: { action: 'secret.rotate', detail } });
  });
  return resealed;
}

function isKeptInFile({ secretKey, secretKeyPrevious }: Settings): boolean {
  return secretKey === undefined && secretKeyPrevious === undefined;
}

/** A wrong secret must not replace the right one. */
async function refuseOtherSecret(dataSource: DataSource, sealer: Sealer): Promise<void> {
  for (const { id, sealedKey } of await dataSource.manager.find(SigningKey)) sealer.open(sealedKey, id);
}

async function resealAll(dataSource: DataSource, sealer: Sealer): Promise<Resealed> {
  return {
    signingKeys: await resealTable(dataSource, sealer, SIGNING_KEYS),
    authHeaders: await resealTable(dataSource, sealer, AUTH_HEADERS),
  };
}

async function resealTable(dataSource: DataSource, sealer: Sealer, table: SealedTable): Promise<number> {
  const { entity, property } = table;
  let [resealed, broken] = [0, 0];
  for await (const batch of sealedRows(dataSource, table)) {
    const changes = batch.flatMap(({ id, sealed }) => {
      try {
        const anew = sealer.reseal(sealed, id);
        return anew === undefined ? [] : [{ id, sealed, anew }];
      } catch (error) {
        if (!(error instanceof UnsealError)) throw error;
        broken += 1;
        return [];
      }
    });
    await dataSource.transaction(async (manager) => {
      for (const { id, sealed, anew } of changes) {
        // A row that was rotated or deleted meanwhile is left unchanged.
        const { affected } = await manager.update(entity, { id, [property]: sealed }, { [property]: anew });
        resealed += affected ?? 0;
      }
    });
  }
  if (broken > 0) {
    throw new CommandError(
      `${broken} rows of ${dataSource.getMetadata(entity).tableName} open with neither secret; both are kept`,
    );
  }
  return resealed;
}
