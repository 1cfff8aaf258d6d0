import { randomUUID } from 'node:crypto';
import { type DataSource, DataSource as Connection, In, IsNull, MoreThan } from 'typeorm';
import { REVOKING_ACTIONS } from '../audit/audit-actions.js';
import { AuditChainRepository } from '../audit/audit-chain.repository.js';
import { AuditChains } from '../audit/audit-chains.js';
import { toAuditEvent } from '../audit/audit-entry.js';
import type { Actor } from '../auth/actor.js';
import type { Settings } from '../config/settings.js';
import { SEALING } from '../crypto/crypto.module.js';
import { Sealer } from '../crypto/sealer.js';
import { SecretKeys } from '../crypto/secret-keys.js';
import { openDatabase } from '../database/data-source.js';
import type { DatabaseKind } from '../database/database-kind.js';
import { databaseOf } from '../database/databases.js';
import { AuditEvent } from '../database/entities/audit-event.entity.js';
import { Session } from '../database/entities/session.entity.js';
import { secretOpensAll } from './checks.js';

/** More are not listed: nobody reads them one by one. */
const MAX_LISTED = 1000;

export interface RestoreOptions {
  readonly endAllSessions: boolean;
}

/** What a restore has done. */
export interface Restored {
  /** The file that keeps the database as it was before; undefined if there was none. */
  readonly kept: string | undefined;
  readonly endedSessions: number;
  /** What had been revoked since the backup and is valid again, oldest first, up to a thousand. */
  readonly undone: readonly AuditEvent[];
}

/**
 * Replaces the database by a backup of it. Every server forgets what it remembers, because the backup begins a new epoch.
 * @throws DatabaseFault, StartupError or CheckFailed if the backup cannot be used; nothing is changed then
 */
export async function restoreDatabase(
  file: string,
  settings: Settings,
  actor: Actor,
  options: RestoreOptions,
): Promise<Restored> {
  const database = databaseOf(settings);
  const restore = await database.prepareRestore(file);
  try {
    const draft = await openDatabase(restore.draft, file);
    let undone: AuditEvent[];
    let endedSessions: number;
    try {
      await secretOpensAll(draft, settings);
      undone = await revokedSince(await newestEventOf(draft), database);
      endedSessions = await beginEpoch(draft, new Sealer(new SecretKeys(settings), SEALING), actor, options);
    } finally {
      await draft.destroy();
    }
    return { kept: await restore.commit(), endedSessions, undone };
  } finally {
    restore.discard();
  }
}

/**
 * Marks a database as restored: no server trusts what it remembers from before.
 * @returns how many sessions were ended.
 */
export async function beginEpoch(
  dataSource: DataSource,
  sealer: Sealer,
  actor: Actor,
  { endAllSessions }: RestoreOptions,
): Promise<number> {
  const chains = new AuditChains(new AuditChainRepository(dataSource), sealer);
  return dataSource.transaction(async (manager) => {
    const now = new Date();
    const ended = endAllSessions ? await manager.update(Session, { ended: IsNull() }, { ended: now }) : undefined;
    const number = ended?.affected ?? 0;
    const detail = endAllSessions ? `${number} sessions ended` : '';
    // A backup can be older than the chains.
    await chains.begin(manager);
    const event = toAuditEvent(actor, { action: 'database.restore', detail });
    await chains.append(await chains.take(manager), [event], manager);
    await manager.query('UPDATE revocation_epoch SET epoch = $1', [randomUUID()]);
    return number;
  });
}

async function newestEventOf({ manager }: DataSource): Promise<string> {
  const [newest] = await manager.find(AuditEvent, { select: { id: true }, order: { id: 'DESC' }, take: 1 });
  return newest?.id ?? '';
}

/** What the database that is replaced has revoked after an event. One that cannot be read tells nothing. */
async function revokedSince(event: string, database: DatabaseKind): Promise<AuditEvent[]> {
  if ((await database.state()) !== 'migrated') return [];
  const dataSource = new Connection(database.readOnlyOptions());
  try {
    await dataSource.initialize();
    return await dataSource.manager.find(AuditEvent, {
      where: { id: MoreThan(event), action: In([...REVOKING_ACTIONS]), outcome: 'success' },
      order: { id: 'ASC' },
      take: MAX_LISTED,
    });
  } catch {
    return [];
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}
