import { PostgresRevocationPosition } from '../database/postgres/postgres-revocation-position.js';
import { MAX_POSITION_LENGTH } from '../database/revocation-source.js';
import { SqliteRevocationPosition } from '../database/sqlite/sqlite-revocation-position.js';
import { RecentRevocations } from './recent-revocations.js';
import type { Revocation } from './revocation.js';

const HISTORY = 'epoch.timeline';

function revocationOf(userId: bigint | number): Revocation {
  return { kind: 'user', userId: String(userId) };
}

/** Numbers from 0 to 1 that are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A process that polls a database whose transactions commit in another order than they begin. */
class PollingProcess {
  readonly recent = new RecentRevocations();
  private seen: ReadonlySet<bigint> | undefined;

  poll(xmax: bigint, inProgress: ReadonlySet<bigint>, committed: ReadonlySet<bigint>): void {
    const { seen } = this;
    const position = new PostgresRevocationPosition(HISTORY, { xmax, inProgress: [...inProgress].sort() });
    const revocations = [...committed].filter((xid) => seen?.has(xid) === false).map(revocationOf);
    this.recent.add({ position, revocations, isComplete: seen !== undefined });
    this.seen = new Set(committed);
  }
}

describe('Those who follow the revocations', () => {
  it.each([1, 2, 3, 4, 5])('of two processes in turn miss none, in whatever order they are committed (%i)', (seed) => {
    const random = randomFrom(seed);
    const processes = [new PollingProcess(), new PollingProcess()] as const;
    const [inProgress, committed] = [new Set<bigint>(), new Set<bigint>()];
    let xmax = 1n;
    const steps = [
      () => inProgress.add(xmax++),
      () => {
        const xid = [...inProgress][Math.floor(random() * inProgress.size)];
        if (xid !== undefined && inProgress.delete(xid)) committed.add(xid);
      },
      () => {
        processes[0].poll(xmax, inProgress, committed);
      },
      () => {
        processes[1].poll(xmax, inProgress, committed);
      },
    ];
    for (const process of processes) process.poll(xmax, inProgress, committed);
    let position: string | undefined;
    const told = new Set<string>();
    let retold = 0;
    for (let step = 0; step < 1500; step++) {
      steps[Math.floor(random() * steps.length)]?.();
      if (random() < 0.7) continue;
      const found = processes[random() < 0.5 ? 0 : 1].recent.after(position);
      if (found === undefined || found === 'ahead') continue;
      position = found.after;
      for (const revocation of found.revocations) {
        if (revocation.kind !== 'user') continue;
        if (told.has(revocation.userId)) retold++;
        told.add(revocation.userId);
      }
    }
    const last = committed.size;
    for (const process of processes) process.poll(xmax, inProgress, committed);
    const rest = processes[0].recent.after(position);
    if (rest === undefined || rest === 'ahead') throw new Error('The last poll has seen everything');
    for (const revocation of rest.revocations) if (revocation.kind === 'user') told.add(revocation.userId);
    expect(told.size).toBe(last);
    expect(last).toBeGreaterThan(100);
    // What is told again is what was read in one poll with something new: it must not be everything.
    expect(retold).toBeLessThan(last);
  });

  it.each([
    ['that begin', undefined],
    ['of another history', 'other.5'],
    ['that bring what is no position', '5'],
    ['who know less than the process', 'epoch.3'],
  ])('learn that everything may be revoked: those %s', (_, position) => {
    const recent = new RecentRevocations();
    expect(recent.after(position)).toBeUndefined();
    recent.add({ position: new SqliteRevocationPosition('epoch', 5), revocations: [], isComplete: false });
    const everything = { after: 'epoch.5', revocations: [{ kind: 'everything' }] };
    const found = recent.after(position);
    expect(found === 'ahead' ? recent.everything() : found).toEqual(everything);
  });

  it('and who are ahead of the process are told so', () => {
    const recent = new RecentRevocations();
    recent.add({ position: new SqliteRevocationPosition('epoch', 5), revocations: [], isComplete: false });
    expect(recent.after('epoch.6')).toBe('ahead');
    expect(recent.after('epoch.5')).toEqual({ after: 'epoch.5', revocations: [] });
  });

  it('have to forget everything after a gap of the process', () => {
    const recent = new RecentRevocations();
    for (const [last, isComplete] of [
      [5, false],
      [6, true],
      [9, false],
    ] as const) {
      recent.add({ position: new SqliteRevocationPosition('epoch', last), revocations: [], isComplete });
    }
    expect(recent.after('epoch.6')).toEqual({ after: 'epoch.9', revocations: [{ kind: 'everything' }] });
  });

  it('have to forget everything if more was revoked than the process remembers', () => {
    const recent = new RecentRevocations();
    recent.add({ position: new SqliteRevocationPosition('epoch', 0), revocations: [], isComplete: false });
    for (let last = 1; last <= 10_001; last++) {
      const position = new SqliteRevocationPosition('epoch', last);
      recent.add({ position, revocations: [revocationOf(last)], isComplete: true });
    }
    expect(recent.after('epoch.0')).toMatchObject({ revocations: [{ kind: 'everything' }] });
    expect(recent.after('epoch.1')).toMatchObject({ revocations: { length: 10_000 } });
  });
});

describe('A position on PostgreSQL', () => {
  const position = (xmax: bigint, inProgress: bigint[]) =>
    new PostgresRevocationPosition(HISTORY, { xmax, inProgress });

  it('is read from its text as it was written', () => {
    const written = position(2n ** 63n - 1n, [5n, 2n ** 53n + 1n]);
    const read = written.read(written.text);
    expect(read).toEqual(written);
    expect(written.read(written.text.replace('timeline', 'another'))).toBeUndefined();
    expect(written.read("epoch.timeline.10'")).toBeUndefined();
  });

  it('is within another if that has seen all that it has', () => {
    expect(position(5n, [3n]).isWithin(position(5n, [3n]))).toBe(true);
    expect(position(5n, [3n]).isWithin(position(5n, []))).toBe(true);
    expect(position(5n, [3n]).isWithin(position(9n, [3n, 7n]))).toBe(true);
    expect(position(5n, []).isWithin(position(9n, [3n]))).toBe(false);
    expect(position(9n, []).isWithin(position(5n, []))).toBe(false);
  });

  it('that is too long for a URL names none', () => {
    const many = Array.from({ length: 5000 }, (_, index) => BigInt(index));
    const long = position(10_000n, many);
    expect(long.text.length).toBeLessThanOrEqual(MAX_POSITION_LENGTH);
    expect(long.read(long.text)).toBeUndefined();
  });
});
