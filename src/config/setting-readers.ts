import { availableParallelism } from 'node:os';
import { InvalidSetting } from './invalid-setting.js';
import { DAY_SECONDS } from './time.js';

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: DAY_SECONDS };

/** Parses a whole number. Anything else becomes NaN, which the validation rejects. */
export function readInteger(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : NaN;
}

/** Parses a number of processes; `auto` is one for each core that the process may use. */
export function readWorkers(text: string): number {
  return text === 'auto' ? availableParallelism() : readInteger(text);
}

/** Parses `true` or `false`. Anything else stays a string, which the validation rejects. */
export function readBoolean(text: string): boolean | string {
  return text === 'true' ? true : text === 'false' ? false : text;
}

/**
 * Reads a duration such as `3600`, `3600s`, `60m`, `1h` or `30d` into seconds.
 * @param least the shortest duration, and `most` the longest, in the same notation.
 * @returns the reader, which throws InvalidSetting for anything else.
 */
export function durationSeconds(least: string, most: string): (text: string) => number {
  return (text) => {
    const seconds = secondsOf(text);
    if (seconds >= secondsOf(least) && seconds <= secondsOf(most)) return seconds;
    throw new InvalidSetting(
      `must be a duration from ${least} to ${most}: a whole number of seconds (s), minutes (m), hours (h) or days (d), such as ${most}`,
    );
  };
}

function secondsOf(text: string): number {
  const [, amount, unit = 's'] = /^(\d+)([smhd])?$/.exec(text) ?? [];
  return Number(amount) * (SECONDS_PER_UNIT[unit] ?? NaN);
}

/** Parses a comma-separated list and trims its entries. */
export function readList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}
