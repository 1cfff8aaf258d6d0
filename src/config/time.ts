export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const DAY_SECONDS = DAY_MS / 1000;

/** Whether something has ended. @param end null for something without an end. */
export function isExpired(end: Date | null): boolean {
  return end !== null && end.getTime() <= Date.now();
}

/** How far the clocks of two instances may differ. */
const CLOCK_TOLERANCE_MS = MINUTE_MS;

/**
 * Whether something that is good for a while still is. What ends much later than a new one would was made while the clock was
 * ahead, and does not count: it would be good for as long as the clock was wrong.
 */
export function isOpenUntil(end: Date, ttlMs: number, now = Date.now()): boolean {
  return now < end.getTime() && end.getTime() <= latestEnd(ttlMs, now).getTime();
}

/** The latest end of something that is good for a while. */
export function latestEnd(ttlMs: number, now = Date.now()): Date {
  return new Date(now + ttlMs + CLOCK_TOLERANCE_MS);
}
