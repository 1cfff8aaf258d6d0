import { LOGIN_LIMITS } from '../../src/login/login-limits.js';
import type { Answer, Client } from './client.js';
import { comparableHeaders } from './comparable.js';
import type { TestDatabase } from './database.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const NEW_PASSWORD = 'gr8 tdlx, and more';

/** Tries to log in or to change the password, by username. */
export function attempt(from: Client, way: number, username: string, password: string): Promise<Answer> {
  if (way % 2 === 0) return from.post('/user/login', { username, password });
  return from.post('/user/password', { username, password, newPassword: NEW_PASSWORD });
}

/** The same by e-mail address. */
export function attemptByEmail(from: Client, way: number, name: string, password: string): Promise<Answer> {
  const email = `${name}@example.com`;
  if (way % 2 === 0) return from.post('/en/api/v1/accounts/login', { account: { email, password } });
  return from.post('/user/password', { email, password, newPassword: NEW_PASSWORD });
}

/** Tries to log in by username. */
export const tryAt = (from: Client, username: string, password = 'wrong'): Promise<Answer<{ Token: string }>> =>
  from.post<{ Token: string }>('/user/login', { username, password });

/** Ends the windows of fifteen minutes. */
export async function passQuarterHour(database: TestDatabase): Promise<void> {
  const end = new Date(Date.now() + LOGIN_LIMITS.networkWindowMinutes * 60_000).toISOString();
  await database.query('UPDATE login_throttle SET window_ends = ? WHERE window_ends < ?', LONG_AGO, end);
}

/** Brings the end of every window nearer. */
export async function passSeconds(database: TestDatabase, seconds: number): Promise<void> {
  const windows = await database.query<{ budget: string; window_ends: string }>('SELECT * FROM login_throttle');
  for (const { budget, window_ends } of windows) {
    const end = new Date(Date.parse(window_ends) - seconds * 1000).toISOString();
    await database.query('UPDATE login_throttle SET window_ends = ? WHERE budget = ?', end, budget);
  }
}

/** Expects a refusal that ends within a time. */
export function expectThrottled(
  { status, headers, body }: Answer,
  limitSeconds = LOGIN_LIMITS.networkWindowMinutes * 60,
): void {
  expect([status, body.code ?? (body.status as object)]).toEqual([429, 'too_many_attempts']);
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(limitSeconds);
  const [, policy, window] = /^"([a-z-]+)";q=\d+;w=(\d+)$/.exec(headers.get('ratelimit-policy') ?? '') ?? [];
  expect(headers.get('ratelimit')).toBe(`"${policy}";r=0;t=${headers.get('retry-after')}`);
  expect(Number(window)).toBeGreaterThanOrEqual(Number(headers.get('retry-after')));
}

/** What a guesser can observe of an answer, without what differs from one to the next anyway. */
export function observable({ status, headers, text }: Answer): unknown {
  const told = comparableHeaders(headers).filter(([name]) => !['ratelimit', 'retry-after'].includes(name));
  return [status, told, text];
}

/** How many of some attempts were checked and wrong. */
export const evaluated = (answers: readonly Answer[]): number => answers.filter(({ status }) => status === 401).length;
