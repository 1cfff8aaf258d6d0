import { DAY_SECONDS } from './time.js';

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: DAY_SECONDS };

/** A whole number; anything else becomes NaN, which the validation refuses. */
export function readInteger(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : NaN;
}

/** `true` or `false`; anything else stays text, which the validation refuses. */
export function readBoolean(text: string): boolean | string {
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** A duration in seconds from `3600`, `3600s`, `60m`, `1h` or `30d`; anything else becomes NaN. */
export function readDurationSeconds(text: string): number {
  const [, amount, unit = 's'] = /^(\d+)([smhd])?$/.exec(text) ?? [];
  return Number(amount) * (SECONDS_PER_UNIT[unit] ?? NaN);
}

/** A comma-separated list; blanks around the commas are dropped. */
export function readList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}
