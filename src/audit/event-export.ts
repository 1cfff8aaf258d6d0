import type { AuditEvent } from '../database/entities/audit-event.entity.js';
import { toAuditEventDto } from './audit-responses.js';
import type { AuditEventDto } from './dto/audit-event.dto.js';

const COLUMNS = [
  'id',
  'at',
  'action',
  'outcome',
  'userId',
  'username',
  'credential',
  'credentialId',
  'ip',
  'client',
  'target',
  'detail',
  'chain',
  'sequence',
  'hash',
] as const satisfies (keyof AuditEventDto)[];

/**
 * How a cell begins that a spreadsheet takes for a formula, also in the wide forms of East Asian keyboards. Names and clients are
 * what strangers sent (CSV injection).
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** What events are exported as. */
export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Events as a text. @param pages of events, in their order */
export function eventsAs(format: ExportFormat, pages: AsyncIterable<readonly AuditEvent[]>): AsyncGenerator<string> {
  return format === 'csv' ? eventsAsCsv(pages) : eventsAsJsonLines(pages);
}

/** Events as CSV (RFC 4180), with a header, in the words of the API. @param pages of events, in their order */
async function* eventsAsCsv(pages: AsyncIterable<readonly AuditEvent[]>): AsyncGenerator<string> {
  yield lineOf(COLUMNS);
  for await (const events of pages) {
    yield events
      .map(toAuditEventDto)
      .map((event) => lineOf(COLUMNS.map((column) => String(event[column] ?? ''))))
      .join('');
  }
}

/** Events as JSON Lines: each in the form of `GET /audit/list`. @param pages of events, in their order */
async function* eventsAsJsonLines(pages: AsyncIterable<readonly AuditEvent[]>): AsyncGenerator<string> {
  for await (const events of pages) yield events.map((event) => `${JSON.stringify(toAuditEventDto(event))}\n`).join('');
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

function quoted(cell: string): string {
  const inert = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
