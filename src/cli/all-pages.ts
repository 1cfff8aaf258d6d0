import type { Page, PageRequest } from '../database/paging.js';

const PAGE_LENGTH = 500;

/** The rows of as many pages as it takes. */
export async function allPages<Row>(
  read: (request: PageRequest) => Promise<Page<Row>>,
  limit = Infinity,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ cursor, limit: Math.min(limit - rows.length, PAGE_LENGTH) });
    rows.push(...page.rows);
    cursor = page.nextCursor;
  } while (cursor !== undefined && rows.length < limit);
  return rows;
}
