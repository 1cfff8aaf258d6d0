import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { AuditChainRepository } from '../audit/audit-chain.repository.js';
import { AuditChains } from '../audit/audit-chains.js';
import { type AuditRecords, type Verification, verifyAudit } from '../audit/audit-verification.js';
import type { NotedEnds } from '../audit/noted-ends.js';
import { SEALING } from '../crypto/crypto.module.js';
import { Sealer } from '../crypto/sealer.js';
import { SecretKeys } from '../crypto/secret-keys.js';
import { refuseOtherSchema } from '../database/copy-database.js';
import { databaseToRead } from './copy-database.js';
import { progressOn } from './progress.js';

const PAGE_LENGTH = 2000;

/**
 * Verifies the audit, and shows the progress on a terminal.
 * @param noted where an earlier verification found the ends of the chains.
 * @throws StartupError, DatabaseFault
 */
export async function verifyAuditOf(noted: NotedEnds): Promise<Verification> {
  const { settings, database } = await databaseToRead();
  const secretKeys = new SecretKeys(settings);
  secretKeys.currentSecrets();
  const source = new DataSource(database.readOnlyOptions());
  await source.initialize();
  try {
    await refuseOtherSchema(source);
    const progress = progressOn(process.stderr);
    return await verifyAuditIn(source, new Sealer(secretKeys, SEALING), noted, (done, of) => {
      progress('audit events', done, of);
    });
  } finally {
    await source.destroy();
  }
}

/** Verifies the audit as it is at one moment, while servers record and delete. */
export async function verifyAuditIn(
  source: DataSource,
  sealer: Sealer,
  noted: NotedEnds,
  onProgress: (done: number, of: number) => void,
): Promise<Verification> {
  const rows = new AuditChainRepository(source);
  const chains = new AuditChains(rows, sealer);
  const runner = source.createQueryRunner();
  const { manager } = runner;
  try {
    await runner.startTransaction('SERIALIZABLE');
    const records: AuditRecords = {
      chains: () => rows.all(manager),
      count: () => rows.count(manager),
      eventsAfter: (chain, sequence) => rows.eventsAfter(chain, sequence, PAGE_LENGTH, manager),
      straysAfter: (numbers, id) => rows.strays(numbers, id, PAGE_LENGTH, manager),
      keyOf: (chain) => chains.keyOf(chain),
    };
    return await verifyAudit(records, noted, onProgress);
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}
