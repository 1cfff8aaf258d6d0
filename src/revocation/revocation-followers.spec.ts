import { SqliteRevocationPosition } from '../database/sqlite/sqlite-revocation-position.js';
import { RevocationBus } from './revocation-bus.js';
import { RevocationFeed } from './revocation-feed.js';
import { RevocationFollowers } from './revocation-followers.js';

const position = new SqliteRevocationPosition('epoch', 1);
const AFTER = position.text;

describe('Those who follow the revocations', () => {
  let poll: jest.Mock;
  let followers: RevocationFollowers;
  let answered: number;

  beforeEach(() => {
    jest.useFakeTimers();
    poll = jest.fn(() => Promise.resolve({ rows: [], isComplete: true, position }));
    followers = new RevocationFollowers(
      new RevocationFeed({ poll, close: () => Promise.resolve() }, new RevocationBus()),
    );
    answered = 0;
  });
  afterEach(() => jest.useRealTimers());

  function wait(count: number): void {
    for (let one = 0; one < count; one++) void followers.newsAfter(AFTER, 1000).then(() => answered++);
  }

  it('are told at once, and not refused, where a thousand wait', async () => {
    await followers.newsAfter(undefined, 0);
    wait(1000);
    await jest.advanceTimersByTimeAsync(300);
    expect(answered).toBe(0);
    const { revocations, knownUntilMs } = await followers.newsAfter(AFTER, 1000);
    expect(revocations).toEqual([]);
    expect(knownUntilMs).toBeGreaterThan(-1000);
    await jest.advanceTimersByTimeAsync(1000);
    expect(answered).toBe(1000);
  });

  it('are refused where a thousand wait for a database that does not answer', async () => {
    poll.mockReturnValue(new Promise(() => undefined));
    for (let one = 0; one < 1000; one++) followers.newsAfter(AFTER, 1000).catch(() => answered++);
    await expect(followers.newsAfter(AFTER, 1000)).rejects.toMatchObject({ code: 'unavailable' });
    await jest.advanceTimersByTimeAsync(1500);
    expect(answered).toBe(1000);
  });
});
