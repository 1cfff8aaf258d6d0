import type { AuditEvent } from '../database/entities/audit-event.entity.js';
import { eventsAs } from './event-export.js';

const EVENT: AuditEvent = {
  id: '01a2188a-5020-73b9-84df-fdad048db9e6',
  at: new Date(0),
  action: 'authheader.add',
  outcome: 'success',
  userId: null,
  username: '',
  credential: 'session',
  credentialId: null,
  ip: '127.0.0.1',
  userAgent: '',
  target: null,
  detail: '',
  chain: null,
  sequence: null,
  previous: null,
  hash: null,
};

/** The last cell that holds something of the one event of a file. */
async function cellOf(detail: string): Promise<string> {
  let csv = '';
  for await (const text of eventsAs('csv', pageOf({ ...EVENT, detail }))) csv += text;
  return (csv.trimEnd().split('127.0.0.1,,,')[1] ?? '').replace(/,,,$/, '');
}

async function* pageOf(event: AuditEvent): AsyncGenerator<AuditEvent[]> {
  yield await Promise.resolve([event]);
}

describe('An event in a file for a spreadsheet', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1+1', '＋1', '－1', '＠SUM(A1)'])('is no formula: %s', async (detail) => {
    expect(await cellOf(detail)).toBe(`'${detail}`);
  });

  it.each(['\t=1', '\r=1', '\n=1'])('is no formula after a blank: %j', async (detail) => {
    expect(await cellOf(detail)).toMatch(/^"?'/);
  });
});
