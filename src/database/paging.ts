import { type FindOptionsRelations, type FindOptionsWhere, LessThan, type Repository } from 'typeorm';

/** The longest page there is, and what a list gives that is not told otherwise. */
export const PAGE_MAX_LENGTH = 1000;

/** A cursor for the first page: it sorts after every id. */
const FIRST_PAGE = '~';

/** Which part of a list is asked for. */
export interface PageRequest {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A part of a list, newest first. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Where the next part begins; absent where there is none. */
  readonly nextCursor?: string;
}

/** Reads one page of the rows that meet a condition, newest first: ids are made in the order of time. */
export function readPage<Row extends { id: string }>(
  repository: Repository<Row>,
  where: FindOptionsWhere<Row> | FindOptionsWhere<Row>[],
  request: PageRequest,
  relations: FindOptionsRelations<Row> = {},
): Promise<Page<Row>> {
  return pageOf(request, (cursor, take) => {
    const older = { id: LessThan(cursor) } as FindOptionsWhere<Row>;
    return repository.find({
      where: [where].flat().map((condition) => Object.assign({}, condition, older)),
      order: { id: 'DESC' } as object,
      take,
      relations,
    });
  });
}

/** @param read so many rows at most whose ids are lower than the cursor, newest first. */
export async function pageOf<Row extends { id: string }>(
  { limit = PAGE_MAX_LENGTH, cursor = FIRST_PAGE }: PageRequest,
  read: (cursor: string, count: number) => Promise<readonly Row[]>,
): Promise<Page<Row>> {
  // One more than is given tells whether another page follows.
  const rows = await read(cursor, limit + 1);
  if (rows.length <= limit) return { rows };
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, ...(last === undefined ? {} : { nextCursor: last.id }) };
}
