import { InvalidArgumentError } from 'commander';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../config/time.js';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };
const AGE = /^(\d{1,6})([smhdw])$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

export const MOMENT = 'an age such as 24h or 7d, a date, or a date-time such as 2030-01-15T10:30:42Z';

/**
 * Reads a moment in the past as a person gives it.
 * @returns a date-time (RFC 3339). What is neither an age nor a date stays as it is: the rules of the HTTP API check it.
 */
export function readMoment(text: string, nowMs = Date.now()): string {
  if (DATE.test(text)) return `${text}T00:00:00Z`;
  const [, count, unit] = AGE.exec(text) ?? [];
  if (count === undefined || unit === undefined) return text;
  const momentMs = nowMs - Number(count) * (UNITS_MS[unit] ?? NaN);
  if (!(momentMs >= 0)) throw new InvalidArgumentError('It is before 1970.');
  return new Date(momentMs).toISOString();
}
