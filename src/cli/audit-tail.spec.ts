import type { AuditEvent } from '../database/entities/audit-event.entity.js';
import { pageOf, type PageRequest } from '../database/paging.js';
import { newEvents } from './audit-tail.js';

function event(number: number): AuditEvent {
  return {
    id: String(number).padStart(6, '0'),
    at: new Date(number * 1000),
    action: 'login',
    outcome: 'success',
    userId: null,
    username: '',
    credential: 'password',
    credentialId: null,
    ip: '',
    userAgent: '',
    target: null,
    detail: '',
    chain: null,
    sequence: null,
    previous: null,
    hash: null,
  };
}

/** Follows a log to which each of some additions is made before the next look. @returns the numbers of the yielded events. */
async function follow(
  first: readonly number[],
  additions: readonly (readonly number[])[],
  limit = 2,
): Promise<number[]> {
  const log = [...first];
  const left = [...additions];
  const read = (request: PageRequest) =>
    pageOf(request, (cursor, count) => {
      const newest = log.toSorted((one, other) => other - one).map(event);
      return Promise.resolve(newest.filter(({ id }) => id < cursor).slice(0, count));
    });
  const yielded: number[] = [];
  const end = new Error('the test ends');
  const wait = () => {
    const next = left.shift();
    if (next === undefined) return Promise.reject(end);
    log.push(...next);
    return Promise.resolve();
  };
  try {
    for await (const page of newEvents(read, limit, wait)) yielded.push(...page.map(({ id }) => Number(id)));
  } catch (error) {
    if (error !== end) throw error;
  }
  return yielded;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('A followed audit log yields', () => {
  it('the last events, and then each new one once, oldest first', async () => {
    expect(await follow([1, 2, 3], [[4, 5], [], [6]])).toEqual([2, 3, 4, 5, 6]);
  });

  it('what an empty log gets', async () => {
    expect(await follow([], [[1], [2]])).toEqual([1, 2]);
  });

  it('an event that was committed after a later one', async () => {
    expect(await follow([10], [[12], [11], [13]])).toEqual([10, 12, 11, 13]);
  });

  it('all of more than a page, and nothing old, also after very many', async () => {
    const additions = Array.from({ length: 12 }, (_, turn) => range(1000 + turn * 500, 1499 + turn * 500));
    expect(await follow(range(1, 999), [...additions, []])).toEqual([998, 999, ...range(1000, 6999)]);
  });
});
