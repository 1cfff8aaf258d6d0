import { DAY_MS } from '../config/time.js';
import type { Ending } from './auth-header.repository.js';

/** The auth headers that end in the next days. @param days undefined for all, also for those that have no end. */
export function endingWithin(days: number): Ending;
export function endingWithin(days: number | undefined): Ending | undefined;
export function endingWithin(days: number | undefined): Ending | undefined {
  const now = Date.now();
  return days === undefined ? undefined : { after: new Date(now), until: new Date(now + days * DAY_MS) };
}
