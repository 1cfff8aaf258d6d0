import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { AuditChainRepository } from '../../src/audit/audit-chain.repository.js';
import { AuditChains } from '../../src/audit/audit-chains.js';
import { toAuditEvent } from '../../src/audit/audit-entry.js';
import type { Verification } from '../../src/audit/audit-verification.js';
import { readEnds } from '../../src/audit/noted-ends.js';
import { COMMAND_LINE } from '../../src/auth/actor.js';
import { verifyAuditIn } from '../../src/cli/verify-audit.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { Sealer } from '../../src/crypto/sealer.js';
import { databaseOf } from '../../src/database/databases.js';
import { databaseFileIn, environmentOf } from './launch.js';

/** How many events are recorded in a transaction. */
const TOGETHER = 1000;

/** The sealer of a server, whose secret is in its working folder. */
function sealerOf(folder: string): Sealer {
  return new Sealer(readFileSync(join(folder, 'data/secret-key'), 'utf8').trim(), 'seal');
}

/** The chains of a database, as a server in a working folder has them. */
export function chainsOf(dataSource: DataSource, folder: string): AuditChains {
  return new AuditChains(new AuditChainRepository(dataSource), sealerOf(folder));
}

/** Records events as the server does, with a moment of their own. */
export async function recordEvents(
  chains: AuditChains,
  dataSource: DataSource,
  number: number,
  at: Date,
): Promise<void> {
  for (let left = number; left > 0; left -= TOGETHER) {
    const some = Array.from({ length: Math.min(left, TOGETHER) }, () => ({
      ...toAuditEvent({ ...COMMAND_LINE, username: 'john.doe', ip: '192.0.2.7' }, { action: 'login', detail: 'old' }),
      at,
    }));
    await dataSource.transaction(async (manager) => {
      await chains.append(await chains.take(manager), some, manager);
    });
  }
}

/** Verifies the audit of a server's database as `personas audit verify` does, without the start of a command. */
export async function verifyAuditOf(folder: string, noted = ''): Promise<Verification> {
  const settings = loadSettings({
    DATABASE_URL: `sqlite:${databaseFileIn(folder)}`,
    ...(await environmentOf(folder, {})),
  });
  const source = new DataSource(databaseOf(settings).readOnlyOptions());
  await source.initialize();
  try {
    return await verifyAuditIn(source, sealerOf(folder), readEnds(noted) ?? new Map<number, never>(), () => undefined);
  } finally {
    await source.destroy();
  }
}
