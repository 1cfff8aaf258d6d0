/** The maximum and default page length. */
export const PAGE_MAX_LENGTH = 1000;

/** A cursor for the first page: it sorts after every id. */
const FIRST_PAGE = '~';

/** The requested page of a list. */
export interface PageRequest {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A page of a list, newest first. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** The cursor of the next page; absent on the last page. */
  readonly nextCursor?: string;
}

/**
 * Reads one page of a list, newest first, because ids are in time order.
 * @param read reads at most that many rows with ids below the cursor, newest first.
 */
export async function pageOf<Row extends { id: string }>(
  { limit = PAGE_MAX_LENGTH, cursor = FIRST_PAGE }: PageRequest,
  read: (cursor: string, count: number) => Promise<readonly Row[]>,
): Promise<Page<Row>> {
  // One extra row shows whether another page follows.
  const rows = await read(cursor, limit + 1);
  if (rows.length <= limit) return { rows };
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, ...(last === undefined ? {} : { nextCursor: last.id }) };
}
