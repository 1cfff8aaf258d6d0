import { VERSION } from '../config/version.js';
import { LogEntry } from '../telemetry/log-entry.js';

/** The part of the server that starts and stops. */
export const LIFE = 'Server';
const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** What the line of a start says. */
export interface Start {
  readonly url: string;
  /** A path, or a host, a port and a name. */
  readonly databaseName: string;
  /** The settings that differ from their defaults, as {@link differingSettings} writes them. */
  readonly settings: readonly string[];
}

/** The line of a start. It has no secret. */
export function startEntry({ url, databaseName, settings }: Start): LogEntry {
  const facts = [`version ${VERSION}`, `process ${process.pid}`, `database ${databaseName}`];
  const set = settings.length === 0 ? 'every setting at its default' : `settings ${settings.join(' ')}`;
  const message = `Elastic Personas answers at ${url} (${[...facts, set].join(', ')})`;
  return new LogEntry(message, { action: 'start', outcome: 'success' });
}

/** The line of a stop, when every request is answered and the last writes are in the database. */
export function stopEntry(signal: string): LogEntry {
  return new LogEntry(`Stopped by ${signal} after ${durationOf(process.uptime())}`, { action: 'stop' });
}

function durationOf(seconds: number): string {
  const [unit, length] = UNITS.find(([, unitSeconds]) => seconds >= unitSeconds) ?? ['s', 1];
  return `${Math.floor(seconds / length)} ${unit}`;
}
