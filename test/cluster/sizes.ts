const isLong = process.env.SOAK === '1';

/** How much the tests of the cluster do: little in `npm test`, and what `npm run soak` is asked for. */
const size = (name: string, short: number, long: number): number =>
  isLong ? Number(process.env[`SOAK_${name}`] ?? long) : short;

export const SIZES = {
  /** Credentials that are revoked, of all kinds. */
  revocations: size('REVOCATIONS', 21, 2000),
  /** How long an instance is stopped, in milliseconds. */
  stopMs: size('STOP_MS', 2000, 10_000),
  /** How often an instance, and then PostgreSQL, is killed. */
  kills: size('KILLS', 2, 20),
  /** How often a server is killed amid all kinds of changes, and then one of two workers or their supervisor, and PostgreSQL. */
  crashes: size('CRASHES', 2, 300),
  crashesOfWorkers: size('CRASHES_OF_WORKERS', 2, 60),
  crashesOfPostgres: size('CRASHES_OF_POSTGRES', 2, 60),
  /** How often each command is killed. */
  killedCommands: size('KILLED_COMMANDS', 2, 40),
  /** How often a standby takes over from a killed primary, in each of the two ways. */
  promotions: size('PROMOTIONS', 1, 5),
  /** How often all instances are replaced, one by one. */
  rolls: size('ROLLS', 1, 5),
  /** Users and auth headers that are copied from SQLite to PostgreSQL; `npm test` copies a few elsewhere. */
  users: size('USERS', 100, 100_000),
  authHeaders: size('AUTH_HEADERS', 300, 300_000),
};

/** Tells a person what was measured; `npm test` tells nothing. */
export function report(what: string, milliseconds: readonly number[]): void {
  if (!isLong) return;
  const sorted = milliseconds.map(Math.round).sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
  const numbers = `p50 ${at(0.5)}, p99 ${at(0.99)}, maximum ${at(1)} ms`;
  process.stderr.write(`${what}: ${numbers} (${sorted.length} times)\n`);
}
