import { AddAuthHeaderDto } from '../authheader/dto/add-auth-header.dto.js';
import { DAY_MS } from '../config/time.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { checkedAs } from '../http/request.pipe.js';
import { message } from '../i18n/message.js';
import type { Visit } from './visit.js';

/** After how many days an auth header may end that is made in the console; people choose one of few, and rarely none. */
const PRESET_DAYS = [7, 30, 90, 365];
const DEFAULT_DAYS = 90;

/** The values of the choice of an end, with their labels. @param maxAgeDays AUTHHEADER_MAX_AGE_DAYS; 0 for no limit */
export function endOptions({ text }: Visit, maxAgeDays: number): (readonly [value: string, label: string])[] {
  const presets = PRESET_DAYS.filter((days) => maxAgeDays === 0 || days <= maxAgeDays);
  return [
    ...presets.map((days) => [String(days), text('ends_in_days', { days })] as const),
    ['latest', maxAgeDays === 0 ? text('ends_never') : text('ends_at_limit', { days: maxAgeDays })],
    ['date', text('ends_on_date')],
  ];
}

/** The end that is chosen at first. */
export function defaultEnd(maxAgeDays: number): string {
  return maxAgeDays === 0 || DEFAULT_DAYS <= maxAgeDays ? String(DEFAULT_DAYS) : 'latest';
}

/** The lengths of the windows of a rate limit, in seconds. */
export function windowOptions({ text }: Visit): (readonly [value: string, label: string])[] {
  return [
    ['60', text('per_minute')],
    ['3600', text('per_hour')],
    ['86400', text('per_day')],
  ];
}

/** The auth header that a form asks for, by the rules of the API. @throws ApiError `invalid_fields` in the names of the form */
export async function readAuthHeaderForm(visit: Visit): Promise<AddAuthHeaderDto> {
  const expires = endIn(visit);
  const scopes = wordsIn(visit.field('scopes'));
  const allowedIps = wordsIn(visit.field('allowedIps'));
  const limit = visit.field('rateLimit.limit').trim();
  const windowSeconds = Number(visit.field('rateLimit.windowSeconds'));
  const body = {
    name: visit.field('name').trim(),
    scopes,
    ...(expires === undefined ? {} : { expires }),
    ...(allowedIps.length === 0 ? {} : { allowedIps }),
    ...(limit === '' ? {} : { rateLimit: { limit: Number(limit), windowSeconds } }),
  };
  return await checkedAs(body, AddAuthHeaderDto);
}

/** The chosen end; undefined for the latest that the server allows. */
function endIn(visit: Visit): string | undefined {
  const chosen = visit.field('expires');
  if (chosen === 'date') {
    const date = visit.field('date').trim();
    if (date === '') throw invalidFields([{ field: 'date', message: message('is_required') }]);
    return `${date}T23:59:59Z`;
  }
  const days = PRESET_DAYS.find((preset) => String(preset) === chosen);
  return days === undefined ? undefined : new Date(Date.now() + days * DAY_MS).toISOString();
}

function wordsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
