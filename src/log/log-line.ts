import { VERSION } from '../config/version.js';
import { replaceHidden } from '../i18n/visible-text.js';
import type { LogFields } from '../telemetry/log-entry.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'log';

/** What a line says. */
export interface LogRecord {
  readonly level: LogLevel;
  /** The part of the server that writes it; empty for none. */
  readonly context: string;
  readonly message: string;
  /** Of an error that nobody expected. */
  readonly stack?: string | undefined;
  readonly fields?: LogFields | undefined;
}

/** The names of the Elastic Common Schema, and two of ours, in the order of a line. A line has no other field than these and the fixed ones. */
export const FIELD_NAMES: Readonly<Record<Exclude<keyof LogFields, 'durationMs'>, string>> = {
  action: 'event.action',
  outcome: 'event.outcome',
  errorCode: 'error.code',
  requestId: 'http.request.id',
  method: 'http.request.method',
  route: 'url.path',
  status: 'http.response.status_code',
  sourceIp: 'source.ip',
  userId: 'user.id',
  credentialKind: 'personas.credential.kind',
  credentialId: 'personas.credential.id',
  traceId: 'trace.id',
  spanId: 'span.id',
};
const FIELDS = Object.entries(FIELD_NAMES) as [keyof typeof FIELD_NAMES, string][];

const NANOSECONDS_IN_MS = 1e6;
const SERVICE = {
  'process.pid': process.pid,
  'service.name': 'elastic-personas',
  'service.version': VERSION,
  'ecs.version': '8.11.0',
};

/**
 * A line for people, with its end. Its time is in UTC and names its zone, because lines of several machines are compared. What a
 * client sends can neither end a line nor hide in one.
 */
export function textLine({ level, context, message, stack }: LogRecord): string {
  const where = framesOf(stack).map((frame) => `${frame}\n`);
  const part = context === '' ? '' : `[${context}] `;
  return `${new Date().toISOString()} ${level.toUpperCase()} ${part}${visible(message)}\n${where.join('')}`;
}

/** The same for programs: an object, with fields of the Elastic Common Schema. */
export function jsonLine({ level, context, message, stack, fields = {} }: LogRecord): string {
  const line: Record<string, string | number> = {
    '@timestamp': new Date().toISOString(),
    'log.level': level === 'log' ? 'info' : level,
  };
  if (context !== '') line['log.logger'] = context;
  line.message = visible(message);
  for (const [field, name] of FIELDS) {
    const value = fields[field];
    if (value !== undefined) line[name] = typeof value === 'string' ? visible(value) : value;
  }
  if (fields.durationMs !== undefined) line['event.duration'] = Math.round(fields.durationMs * NANOSECONDS_IN_MS);
  const where = framesOf(stack);
  if (where.length > 0) line['error.stack_trace'] = where.join('\n');
  return `${JSON.stringify(Object.assign(line, SERVICE))}\n`;
}

/** The places in the code. The message above them is that of the line, and may have been sent by a client. */
function framesOf(stack = ''): string[] {
  return stack
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .map(visible);
}

function visible(text: string): string {
  return replaceHidden(text, () => '\uFFFD');
}
