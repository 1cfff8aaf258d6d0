export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const DAY_SECONDS = DAY_MS / 1000;

/** Whether something has ended. @param end null for something without an end. */
export function isExpired(end: Date | null): boolean {
  return end !== null && end.getTime() <= Date.now();
}
