import 'reflect-metadata';
import { DataSource, IsNull, MoreThan, Not } from 'typeorm';
import { limitOf } from '../authheader/delegation.js';
import { AuditEvent } from '../database/entities/audit-event.entity.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { Factor } from '../database/entities/factor.entity.js';
import { warnOfPlainConsole } from '../config/console-warning.js';
import { loadSettings, readEnvironment } from '../config/load-settings.js';
import { rpIdOf } from '../config/passkey-rp-id.js';
import { differingOwners, openToOthers } from '../config/private-files.js';
import { mailSettingsOf } from '../config/mail-settings.js';
import type { Settings } from '../config/settings.js';
import { warnOfUnused } from '../config/unused-settings.js';
import { DatabaseFault } from '../database/database-kind.js';
import { databaseOf, privateFilesOf } from '../database/databases.js';
import { describeLostDatabase } from '../database/lost-database.js';
import { executedMigrations } from '../database/migrate.js';
import { compareMigrations, newerSchemaOf } from '../database/schema-gate.js';
import { User } from '../database/entities/user.entity.js';
import { refuseUnfitAdministrator, refuseUnfitPassword } from '../user/first-administrator-rules.js';
import { describeTwins } from '../database/name-twins.js';
import { SecretKeys } from '../crypto/secret-keys.js';
import { Sealer } from '../crypto/sealer.js';
import { unusedSecretKeyFiles } from '../crypto/secret-key-file.js';
import { SEALING } from '../crypto/crypto.module.js';
import { SigningKey } from '../database/entities/signing-key.entity.js';
import { mailIsTaken } from './mail-check.js';
import { formatError } from './format-error.js';
import { readSealed, readSigningKeys, SEALED_TABLES, type SealedRow, UnopenedRows } from './sealed-rows.js';

/** The result of one check. */
export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
  /** Set for a result that passes and probably differs from the intention. */
  readonly isWarning?: true;
}

/** A check: returns a message on success and throws on failure. */
type Check = () => string | Promise<string>;

/**
 * Checks everything a server needs and changes nothing: the database is opened read-only.
 * @param mailTo the address that a test mail is sent to; undefined to send none
 */
export async function runChecks(mailTo?: string): Promise<CheckResult[]> {
  let settings: Settings;
  const findings: CheckResult[] = [];
  try {
    const { environment, warnings } = readEnvironment();
    findings.push(...warnings.map(settingWarning));
    settings = loadSettings(environment);
    findings.push(...[...warnOfUnused(settings), ...warnOfPlainConsole(settings)].map(settingWarning));
    await refuseUnfitAdministrator(settings);
    if (['missing', 'empty'].includes(await databaseOf(settings).state())) await refuseUnfitPassword(settings);
  } catch (error) {
    return [...findings, { check: 'settings', ok: false, message: formatError(error).replaceAll('\n', '; ') }];
  }
  findings.push({ check: 'settings', ok: true, message: `NODE_ENV ${settings.nodeEnv}` });
  findings.push(await find('files', () => filesArePrivate(settings)));
  const unused = settings.secretKey === undefined ? unusedSecretKeyFiles() : [];
  findings.push(
    ...unused.map((file) => ({ check: 'files', ok: true, message: `${file} is not used`, isWarning: true as const })),
  );
  const mail = mailSettingsOf(settings);
  if (mail !== undefined || mailTo !== undefined) findings.push(await find('mail', () => mailIsTaken(mail, mailTo)));
  const dataSource = new DataSource(databaseOf(settings).readOnlyOptions());
  const opened = await find('database', () => opens(dataSource, settings));
  findings.push(opened);
  if (!opened.ok) return findings;
  try {
    const schema = await find('schema', () => schemaIsCurrent(dataSource));
    findings.push(schema);
    if (schema.ok && !(await dataSource.manager.exists(User))) {
      const password = await find('settings', async () => {
        await refuseUnfitPassword(settings);
        return 'the first administrator can be made';
      });
      if (!password.ok) findings.push(password);
    }
    const names = await find('names', () => namesAreTheirs(dataSource));
    // Only a migrated database can have such users, so a result without any would be noise.
    if (!names.ok) findings.push(names);
    findings.push(await find('secret', () => secretOpensAll(dataSource, settings)));
    findings.push(await find('keys', () => thereIsAnActiveKey(dataSource, settings)));
    findings.push(await find('clock', () => clockIsPlausible(dataSource)));
    if (schema.ok) findings.push(...(await warnOfLongLivedAuthHeaders(dataSource, settings)));
    if (schema.ok) findings.push(...(await warnOfLostPasskeys(dataSource, settings)));
    return findings;
  } finally {
    await dataSource.destroy();
  }
}

function settingWarning(message: string): CheckResult {
  return { check: 'settings', ok: true, message, isWarning: true };
}

async function find(check: string, run: Check): Promise<CheckResult> {
  try {
    return { check, ok: true, message: await run() };
  } catch (error) {
    return { check, ok: false, message: formatError(error) };
  }
}

class CheckFailed extends DatabaseFault {}

function filesArePrivate(settings: Settings): string {
  const files = privateFilesOf(settings);
  const open = openToOthers(files);
  if (open.length > 0) throw new CheckFailed(`other users of this machine can read ${open.join(', ')}; chmod 600 them`);
  const differing = differingOwners(files);
  if (differing.length > 0) throw new CheckFailed(`${differing.join(', ')}; chown all of them to the server's user`);
  return 'no other user of this machine can read them, and they have one owner';
}

async function opens(dataSource: DataSource, settings: Settings): Promise<string> {
  const database = databaseOf(settings);
  const lost = await describeLostDatabase(settings, database);
  if (lost !== undefined) throw new CheckFailed(lost);
  const state = await database.state();
  if (state === 'missing' || state === 'empty') throw new CheckFailed(await database.describeAbsence());
  if (state === 'without tables') {
    throw new CheckFailed(`${database.name} has no tables; the server's next start makes them`);
  }
  return database.inspect(dataSource);
}

async function schemaIsCurrent(dataSource: DataSource): Promise<string> {
  const executed = await executedMigrations(dataSource).catch(() => []);
  const newer = await newerSchemaOf(dataSource, dataSource, executed);
  if (newer !== undefined) {
    if (newer.mayRun) return newer.line;
    throw new CheckFailed(newer.line);
  }
  const { pending } = compareMigrations(dataSource, executed);
  if (pending.length > 0) throw new CheckFailed(`migrations to run at the next start: ${pending.join(', ')}`);
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  if (upQueries.length > 0)
    throw new CheckFailed(`it differs from what the server expects in ${upQueries.length} places`);
  return 'as the server expects it';
}

async function namesAreTheirs({ manager }: DataSource): Promise<string> {
  const twins = await describeTwins(manager);
  if (twins !== undefined) throw new CheckFailed(twins);
  return 'each user is found by their own';
}

/** @throws CheckFailed naming the values that the secret does not open */
export async function secretOpensAll({ manager }: DataSource, settings: Settings): Promise<string> {
  const secretKeys = new SecretKeys(settings);
  secretKeys.currentSecrets();
  const sealer = new Sealer(secretKeys, SEALING);
  const broken = new UnopenedRows();
  let count = 0;
  const check = (rows: readonly SealedRow[]): void => {
    count += rows.length;
    broken.add(rows.filter((row) => !sealer.opens(row)));
  };
  check(await readSigningKeys(manager));
  for (const table of SEALED_TABLES.filter(({ isLasting }) => isLasting)) {
    let rows = await readSealed(manager, table, '');
    while (rows.length > 0) {
      check(rows);
      rows = await readSealed(manager, table, rows.at(-1)?.id ?? '');
    }
  }
  if (broken.number > 0) {
    throw new CheckFailed(
      `it does not open ${broken.number} of ${count} sealed values: ${broken.describe().join('; ')}`,
    );
  }
  return `it opens all ${count} sealed values`;
}

async function thereIsAnActiveKey(dataSource: DataSource, { jwtAlgorithm }: Settings): Promise<string> {
  const active = await dataSource.manager.findOneBy(SigningKey, { algorithm: jwtAlgorithm, state: 'active' });
  if (active === null) throw new CheckFailed(`there is no active ${jwtAlgorithm} key; a start makes one`);
  return `${active.id} signs, with ${jwtAlgorithm}`;
}

/** AUTHHEADER_MAX_AGE_DAYS changes no auth header before its next rotation, so an operator must learn which ones it missed. */
async function warnOfLongLivedAuthHeaders(
  { manager }: DataSource,
  { authHeaderMaxAgeDays }: Settings,
): Promise<CheckResult[]> {
  const limit = limitOf(authHeaderMaxAgeDays, new Date());
  if (limit === null) return [];
  const number = await manager.countBy(AuthHeader, [{ expires: IsNull() }, { expires: MoreThan(limit) }]);
  if (number === 0) return [];
  const message = `auth headers that end later than AUTHHEADER_MAX_AGE_DAYS allows, or never: ${number}; rotate or delete them`;
  return [{ check: 'authheaders', ok: true, message, isWarning: true }];
}

/** A passkey works at one domain. Who has no other factor can log in with a recovery code only. */
async function warnOfLostPasskeys({ manager }: DataSource, settings: Settings): Promise<CheckResult[]> {
  const rpId = rpIdOf(settings);
  const lost = await manager.countBy(Factor, { kind: 'passkey', ...(rpId !== undefined && { rpId: Not(rpId) }) });
  if (lost === 0) return [];
  const reason =
    rpId === undefined
      ? 'PUBLIC_URL must be an https URL with a host name'
      : `they were made for another domain than ${rpId} (PUBLIC_URL, PASSKEY_RP_ID)`;
  return [
    { check: 'passkeys', ok: true, message: `passkeys that cannot be used: ${lost}; ${reason}`, isWarning: true },
  ];
}

async function clockIsPlausible(dataSource: DataSource): Promise<string> {
  const [newest] = await dataSource.manager.find(AuditEvent, { order: { at: 'DESC' }, take: 1 });
  const now = new Date();
  if (newest !== undefined && newest.at > now) {
    throw new CheckFailed(`it is before the newest audit event, of ${newest.at.toISOString()}`);
  }
  return now.toISOString();
}
