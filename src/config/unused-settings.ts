import { Settings } from './settings.js';

const DEFAULTS = new Settings();

/** The warnings of the start and of `doctor`, one line for each setting that another one leaves without use. */
export function warnOfUnused(
  settings: Pick<Settings, 'database' | 'databaseCa'> &
    Partial<Pick<Settings, 'smtp' | 'mailFrom' | 'metricsPort' | 'metricsHost'>>,
): string[] {
  const { smtp, mailFrom, metricsPort, metricsHost = DEFAULTS.metricsHost } = settings;
  const warnings = warnOfUnusedCa(settings);
  if (mailFrom !== undefined && smtp === undefined) warnings.push('MAIL_FROM is not used: SMTP_URL is not set');
  if (metricsHost !== DEFAULTS.metricsHost && metricsPort === undefined)
    warnings.push('METRICS_HOST is not used: METRICS_PORT is not set');
  return warnings;
}

function warnOfUnusedCa({ database, databaseCa }: Pick<Settings, 'database' | 'databaseCa'>): string[] {
  if (databaseCa === undefined) return [];
  const reason =
    database.kind === 'sqlite' ? 'the database is a file' : 'the connection to the database is not encrypted';
  const isUsed = database.kind === 'postgres' && database.tls !== 'disable';
  return isUsed ? [] : [`DATABASE_CA_FILE is not used: ${reason} (DATABASE_URL)`];
}
