import { DAY_MS, HOUR_MS, MINUTE_MS } from '../config/time.js';

const UNITS = [
  ['y', 365 * DAY_MS],
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['min', MINUTE_MS],
  ['s', 1000],
] as const;

/** A time as it is from now: `3 min ago`, `in 30 d`. A text that is no time stays as it is. */
export function relativeTime(text: string, nowMs: number): string {
  const distanceMs = Date.parse(text) - nowMs;
  if (Number.isNaN(distanceMs)) return text;
  const [unit, unitMs] = UNITS.find(([, ms]) => Math.abs(distanceMs) >= ms) ?? ['s', 1000];
  const count = Math.floor(Math.abs(distanceMs) / unitMs);
  if (count === 0) return 'now';
  return distanceMs < 0 ? `${count} ${unit} ago` : `in ${count} ${unit}`;
}
