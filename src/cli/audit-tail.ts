import { setTimeout as sleep } from 'node:timers/promises';
import { toAuditEventDto } from '../audit/audit-responses.js';
import type { AuditEventDto } from '../audit/dto/audit-event.dto.js';
import type { AuditEvent } from '../database/entities/audit-event.entity.js';
import type { Page, PageRequest } from '../database/paging.js';

const PAGE_LENGTH = 200;
const MAX_KNOWN = 20 * PAGE_LENGTH;
const POLL_INTERVAL_MS = 1000;

/**
 * Yields the last events, and then new ones, oldest first, until it is aborted. An event can be committed after one with a later
 * id: it is therefore looked for among the newest ones, and not behind the last one.
 * @param read reads a page, newest first.
 * @param limit how many events to yield before the new ones.
 * @param wait is called before each look for new ones.
 */
export async function* newEvents(
  read: (request: PageRequest) => Promise<Page<AuditEvent>>,
  limit: number,
  wait: () => Promise<unknown> = () => sleep(POLL_INTERVAL_MS),
): AsyncGenerator<readonly AuditEventDto[], void> {
  const { rows } = await read({ limit: Math.max(limit, PAGE_LENGTH) });
  // Everything before these is old, whether or not it is known.
  let floor = rows.at(-1)?.id ?? '';
  let known = new Set(rows.map(({ id }) => id));
  yield shown(rows.slice(0, limit));
  for (;;) {
    await wait();
    const found = await unknownOnes(read, (id) => id < floor || known.has(id));
    for (const { id } of found) known.add(id);
    if (known.size > MAX_KNOWN) {
      const newest = [...known].sort().slice(-PAGE_LENGTH);
      floor = newest[0] ?? floor;
      known = new Set(newest);
    }
    if (found.length > 0) yield shown(found);
  }
}

/** The events that are not known, newest first: page by page, until one holds none. */
async function unknownOnes(
  read: (request: PageRequest) => Promise<Page<AuditEvent>>,
  isKnown: (id: string) => boolean,
): Promise<AuditEvent[]> {
  const found: AuditEvent[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read({ limit: PAGE_LENGTH, cursor });
    const unknown = page.rows.filter(({ id }) => !isKnown(id));
    found.push(...unknown);
    cursor = page.nextCursor;
    if (unknown.length === 0 || cursor === undefined) return found;
  }
}

function shown(newestFirst: readonly AuditEvent[]): AuditEventDto[] {
  return newestFirst.toReversed().map(toAuditEventDto);
}
