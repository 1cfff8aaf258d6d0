import type { FastifyReply } from 'fastify';
import { type FindOptionsRelations, type FindOptionsWhere, LessThan, type Repository } from 'typeorm';

/** The longest page there is, and what a list gives that is not told otherwise. */
export const PAGE_MAX_LENGTH = 1000;

/** A cursor for the first page: it sorts after every id. */
export const FIRST_PAGE = '~';

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
export async function readPage<Row extends { id: string }>(
  repository: Repository<Row>,
  where: FindOptionsWhere<Row> | FindOptionsWhere<Row>[],
  { limit = PAGE_MAX_LENGTH, cursor }: PageRequest,
  relations: FindOptionsRelations<Row> = {},
): Promise<Page<Row>> {
  const older = (cursor === undefined ? {} : { id: LessThan(cursor) }) as FindOptionsWhere<Row>;
  const rows = await repository.find({
    where: [where].flat().map((condition) => Object.assign({}, condition, older)),
    order: { id: 'DESC' } as object,
    take: limit + 1,
    relations,
  });
  return pageOf(rows, limit);
}

/** @param rows of a page, newest first, and one more where another page follows. */
export function pageOf<Row extends { id: string }>(rows: readonly Row[], limit: number): Page<Row> {
  if (rows.length <= limit) return { rows };
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, ...(last === undefined ? {} : { nextCursor: last.id }) };
}

/** Tells where the next page is, in the `Link` header (RFC 8288); the answer itself stays an array. */
export function linkNextPage(reply: FastifyReply, { nextCursor }: Page<unknown>): void {
  if (nextCursor === undefined) return;
  const [path = '', query = ''] = reply.request.url.split('?');
  const next = new URLSearchParams(query);
  next.set('cursor', nextCursor);
  void reply.header('link', `<${path}?${next.toString()}>; rel="next"`);
}
