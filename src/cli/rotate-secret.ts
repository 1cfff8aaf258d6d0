import { setTimeout as sleep } from 'node:timers/promises';
import { type DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import type { Settings } from '../config/settings.js';
import { SealBroken, type Sealer } from '../crypto/sealer.js';
import { removePreviousSecretKeyFile, replaceSecretKeyFile } from '../crypto/secret-key-file.js';
import { SigningKey } from '../database/entities/signing-key.entity.js';
import { Refusal } from './refusal.js';
import type { Services } from './services.js';

const BATCH_LENGTH = 500;
/** What a request under way may take to store what it sealed with the old secret. */
const LATE_WRITES_MS = 1000;

/** How many rows were sealed anew. */
export interface Resealed {
  readonly authHeaders: number;
  readonly signingKeys: number;
}

interface SealedRow {
  readonly id: string;
  readonly sealed: string;
}

/**
 * Seals every row with the secret in force, in batches, so that servers can write in between.
 * @throws Refusal if there is nothing to change to, or a row that neither secret opens; the old secret is then kept
 */
export async function rotateSecret(services: Services): Promise<Resealed> {
  const { settings, dataSource, sealer, audit, actor } = services;
  if (settings.secretKey !== undefined && settings.secretKeyPrevious === undefined) {
    throw new Refusal(
      'Set SECRET_KEY to the new secret and SECRET_KEY_PREVIOUS to the old one; see secret rotate --help',
    );
  }
  await refuseOtherSecret(dataSource, sealer);
  const replacesFile = isKeptInFile(settings);
  // Under the database's write lock, so that of two at once one replaces it and the other carries on with that.
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
  await audit.recording(actor, () => {
    if (replacesFile) removePreviousSecretKeyFile();
    const detail = `${resealed.authHeaders} auth headers, ${resealed.signingKeys} signing keys`;
    return Promise.resolve({ result: undefined, occurrence: { action: 'secret.rotate', detail } });
  });
  return resealed;
}

function isKeptInFile({ secretKey, secretKeyPrevious }: Settings): boolean {
  return secretKey === undefined && secretKeyPrevious === undefined;
}

/** A secret that opens nothing must not replace the one that does. */
async function refuseOtherSecret(dataSource: DataSource, sealer: Sealer): Promise<void> {
  for (const { id, sealedKey } of await dataSource.manager.find(SigningKey)) sealer.open(sealedKey, id);
}

async function resealAll(dataSource: DataSource, sealer: Sealer): Promise<Resealed> {
  return {
    signingKeys: await resealTable(dataSource, sealer, SigningKey, 'sealedKey'),
    authHeaders: await resealTable(dataSource, sealer, AuthHeader, 'sealedToken'),
  };
}

async function resealTable(
  dataSource: DataSource,
  sealer: Sealer,
  entity: EntityTarget<ObjectLiteral>,
  property: string,
): Promise<number> {
  let [resealed, broken, after] = [0, 0, ''];
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
    if (last === undefined) break;
    after = last.id;
    const changes = batch.flatMap(({ id, sealed }) => {
      try {
        const anew = sealer.reseal(sealed, id);
        return anew === undefined ? [] : [{ id, sealed, anew }];
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error;
        broken += 1;
        return [];
      }
    });
    await dataSource.transaction(async (manager) => {
      for (const { id, sealed, anew } of changes) {
        // One that was rotated or deleted meanwhile is left as it is.
        const { affected } = await manager.update(entity, { id, [property]: sealed }, { [property]: anew });
        resealed += affected ?? 0;
      }
    });
  }
  if (broken > 0) {
    throw new Refusal(
      `${broken} rows of ${dataSource.getMetadata(entity).tableName} open with neither secret; both are kept`,
    );
  }
  return resealed;
}
