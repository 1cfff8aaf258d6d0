import type { Page, PageRequest } from '../database/paging.js';

const PAGE_LENGTH = 500;

/** Reads the pages of a list, one at a time, until the limit or the last page, and yields their rows as they are shown. */
export async function* allPages<Row, Shown>(
  read: (request: PageRequest) => Promise<Page<Row>>,
  show: (row: Row) => Shown,
  limit = Infinity,
): AsyncGenerator<readonly Shown[], void> {
  let left = limit;
  let cursor: string | undefined;
  do {
    const page = await read({ cursor, limit: Math.min(left, PAGE_LENGTH) });
    yield page.rows.map(show);
    left -= page.rows.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined && left > 0);
}
