import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { AuditChainRepository } from '../audit/audit-chain.repository.js';
import { AuditChains } from '../audit/audit-chains.js';
import { type Verification, verifyAudit } from '../audit/audit-verification.js';
import type { NotedEnds } from '../audit/noted-ends.js';
import { SEALING } from '../crypto/crypto.module.js';
import { Sealer } from '../crypto/sealer.js';
import { SecretKeys } from '../crypto/secret-keys.js';
import { refuseOtherSchema } from '../database/copy-database.js';
import { databaseToRead } from './copy-database.js';
import { progressOn } from './progress.js';

const PAGE_LENGTH = 2000;

/**
 * Verifies the audit as it is at one moment, while servers record and delete, and shows the progress on a terminal.
 * @param noted where an earlier verification found the ends of the chains.
 * @throws StartupError, DatabaseFault
 */
export async function verifyAuditOf(noted: NotedEnds): Promise<Verification> {
  const { settings, database } = await databaseToRead();
  const secretKeys = new SecretKeys(settings);
  secretKeys.currentSecrets();
  const source = new DataSource(database.readOnlyOptions());
  const runner = (await source.initialize()).createQueryRunner();
  try {
    await refuseOtherSchema(source);
    const rows = new AuditChainRepository(source);
    const chains = new AuditChains(rows, new Sealer(secretKeys, SEALING));
    await runner.startTransaction('SERIALIZABLE');
    const { manager } = runner;
    const records = {
      chains: () => rows.all(manager),
      count: () => rows.count(manager),
      eventsAfter: (chain: number, sequence: number) => rows.eventsAfter(chain, sequence, PAGE_LENGTH, manager),
      straysAfter: (numbers: readonly number[], id: string) => rows.strays(numbers, id, PAGE_LENGTH, manager),
      keyOf: chains.keyOf.bind(chains),
    };
    const progress = progressOn(process.stderr);
    return await verifyAudit(records, noted, (done, of) => {
      progress('audit events', done, of);
    });
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
    await source.destroy();
  }
}
