import { ListAuditQueryDto } from '../audit/dto/audit-event.dto.js';
import { DAY_MS } from '../config/time.js';
import { requestPipe } from '../http/request.pipe.js';
import type { AuditFilter } from '../audit/audit.service.js';
import type { Visit } from './visit.js';

/** Which events are asked for. */
export type EventFilter = AuditFilter;

const FIELDS = ['action', 'outcome', 'userId', 'target', 'from', 'until'] as const;

/** The fields of the filter as they are in the address; undefined for one that is empty. */
export type GivenFilter = Readonly<Record<(typeof FIELDS)[number], string | undefined>>;

/** What the visitor asked for. */
export function givenFilter(visit: Visit): GivenFilter {
  return mapFields((name) => visit.field(name).trim() || undefined);
}

/** No filter. */
export function emptyFilter(): GivenFilter {
  return mapFields(() => undefined);
}

/** The filter by the rules of the API. The days are those of UTC. @throws ApiError `invalid_fields` in the names of the form */
export async function filterIn(visit: Visit): Promise<EventFilter> {
  const { from, until, ...exactly } = givenFilter(visit);
  const given = Object.entries({ ...exactly, from: startOf(from), until: endOf(until) });
  const asked = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const query = (await requestPipe.transform(asked, {
    type: 'query',
    metatype: ListAuditQueryDto,
  })) as ListAuditQueryDto;
  const { action, outcome, userId, target, from: first, until: end } = query;
  return { action, outcome, userId, target, from: first, until: end };
}

function mapFields(valueOf: (name: (typeof FIELDS)[number]) => string | undefined): GivenFilter {
  return Object.fromEntries(FIELDS.map((name) => [name, valueOf(name)])) as GivenFilter;
}

/** The first moment of a day. What is no day stays as it is, and is refused by its name. */
function startOf(day: string | undefined): string | undefined {
  return day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T00:00:00Z` : day;
}

/** The moment after a day. */
function endOf(day: string | undefined): string | undefined {
  const start = startOf(day);
  const at = Date.parse(start ?? '');
  return Number.isNaN(at) ? start : new Date(at + DAY_MS).toISOString();
}
