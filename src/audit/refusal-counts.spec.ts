import { type Actor, COMMAND_LINE } from '../auth/actor.js';
import { DAY_MS, MINUTE_MS } from '../config/time.js';
import { RefusalCounts } from './refusal-counts.js';

const QUARTER_HOUR_MS = 15 * MINUTE_MS;

const by = (ip: string): Actor => ({ ...COMMAND_LINE, ip });
const refusal = (key: string, windowEndsMs = QUARTER_HOUR_MS, ip = '192.0.2.7', kind: 'pair' | 'network' = 'pair') => ({
  action: 'login' as const,
  actor: by(ip),
  group: { key, kind, windowEnds: new Date(windowEndsMs) },
});

describe('The counts of refusals', () => {
  it('tell the first of each budget and window apart from those after it', () => {
    const counts = new RefusalCounts(10);
    const first = { isFirst: true, kind: 'pair' };
    const later = { isFirst: false, kind: 'pair' };
    expect([counts.note(refusal('a'), 0), counts.note(refusal('a'), 1)]).toEqual([first, later]);
    expect([counts.note(refusal('b'), 2), counts.note(refusal('a', 2 * QUARTER_HOUR_MS), 3)]).toEqual([first, first]);
    expect(counts.note({ ...refusal('a'), action: 'password.change' }, 4)).toEqual(first);
  });

  it('give a number after a minute, and again only for what came since, with the last of them', () => {
    const counts = new RefusalCounts(10);
    counts.note(refusal('a'), 0);
    expect(counts.take(MINUTE_MS)).toEqual([]);
    for (const atMs of [10_000, 20_000, 30_000]) counts.note(refusal('a', QUARTER_HOUR_MS, `ip ${atMs}`), atMs);
    expect(counts.take(MINUTE_MS - 1)).toEqual([]);
    expect(counts.take(MINUTE_MS)).toEqual([
      expect.objectContaining({
        action: 'login',
        kind: 'pair',
        number: 3,
        since: new Date(10_000),
        actor: by('ip 30000'),
      }),
    ]);
    expect(counts.take(DAY_MS)).toEqual([]);
  });

  it('give it ever more seldom, and once more at the end of the window', () => {
    const counts = new RefusalCounts(10);
    const reported: [number, number][] = [];
    for (let minute = 0; minute <= 20; minute++) {
      const ofMinute = counts.take(minute * MINUTE_MS).map(({ number }): [number, number] => [minute, number]);
      reported.push(...ofMinute);
      if (minute < 15) counts.note(refusal('a'), minute * MINUTE_MS);
    }
    expect(reported.map(([minute]) => minute)).toEqual([2, 6, 15]);
    expect(reported.reduce((sum, [, number]) => sum + number, 0)).toBe(14);
  });

  it('begin again after a day, for a window that lasts a year', () => {
    const counts = new RefusalCounts(10);
    const isFirst = (atMs: number) => counts.note(refusal('a', 365 * DAY_MS), atMs).isFirst;
    expect([isFirst(0), isFirst(DAY_MS - 1)]).toEqual([true, false]);
    expect(counts.take(DAY_MS).map(({ number }) => number)).toEqual([1]);
    expect(isFirst(DAY_MS + 1)).toBe(true);
  });

  it('give everything at the last', () => {
    const counts = new RefusalCounts(10);
    for (const key of ['a', 'a', 'b', 'b', 'b']) counts.note(refusal(key), 0);
    expect(counts.take(1)).toEqual([]);
    expect(counts.take(1, true).map(({ number }) => number)).toEqual([1, 2]);
    expect(counts.take(2, true)).toEqual([]);
  });

  it('remember no more budgets than they may, and lose no refusal by any other', () => {
    const counts = new RefusalCounts(3);
    let firsts = 0;
    for (let index = 0; index < 1000; index++) {
      if (counts.note(refusal(`budget ${index}`, QUARTER_HOUR_MS, `ip ${index}`), index).isFirst) firsts += 1;
    }
    expect(firsts).toBe(4);
    const taken = counts.take(MINUTE_MS + 1000);
    expect(taken.map(({ kind, number }) => [kind, number])).toEqual([['others', 996]]);
    // There is room again when theirs are over.
    counts.take(QUARTER_HOUR_MS);
    expect(counts.note(refusal('another', 2 * QUARTER_HOUR_MS), QUARTER_HOUR_MS)).toEqual({
      isFirst: true,
      kind: 'pair',
    });
  });

  it('report again what could not be written, also when its window has ended meanwhile', () => {
    const counts = new RefusalCounts(10);
    for (const atMs of [0, 1000, 2000]) counts.note(refusal('a'), atMs);
    counts.putBack(counts.take(MINUTE_MS));
    counts.note(refusal('a'), MINUTE_MS);
    const again = counts.take(MINUTE_MS + 1);
    expect(again).toEqual([expect.objectContaining({ number: 3, since: new Date(1000) })]);
    counts.putBack(again);
    const late = counts.take(QUARTER_HOUR_MS);
    counts.putBack(late);
    expect(counts.take(QUARTER_HOUR_MS + 1)).toEqual([expect.objectContaining({ number: 3, since: new Date(1000) })]);
    expect(counts.take(DAY_MS, true)).toEqual([]);
  });
});
