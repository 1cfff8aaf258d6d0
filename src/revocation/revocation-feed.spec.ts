import { Logger } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import type { RevocationPoll, RevocationRow } from '../database/revocation-source.js';
import { SqliteRevocationPosition } from '../database/sqlite/sqlite-revocation-position.js';
import { RevocationBus } from './revocation-bus.js';
import { RevocationFeed } from './revocation-feed.js';
import type { Revocation } from './revocation.js';

const position = new SqliteRevocationPosition('epoch', 1);
const NOTHING: RevocationPoll = { rows: [], isComplete: true, position };

describe('The feed of revocations', () => {
  let poll: jest.Mock<Promise<RevocationPoll>>;
  let feed: RevocationFeed;
  let published: Revocation[];

  beforeEach(() => {
    jest.useFakeTimers();
    poll = jest.fn(() => Promise.resolve(NOTHING));
    const bus = new RevocationBus();
    published = [];
    bus.subscribe((revocation) => published.push(revocation));
    feed = new RevocationFeed({ poll, close: () => Promise.resolve() }, bus);
  });

  afterEach(() => jest.useRealTimers());

  /** Lets time pass, while somebody asks. */
  async function pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 50) {
      feed.isUpToDate();
      await jest.advanceTimersByTimeAsync(50);
    }
  }

  it('is up to date once the database has answered, and not before', async () => {
    expect(feed.isUpToDate()).toBe(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(feed.isUpToDate()).toBe(true);
  });

  it('tells once that it is not heard for a second, and that it is again', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    await pass(250);
    const denied = Object.assign(new Error('permission denied for table revocation'), { code: '42501' });
    poll.mockRejectedValue(new QueryFailedError('SELECT', ['secret'], denied));
    await pass(500);
    expect(warn).not.toHaveBeenCalled();
    await pass(3000);
    expect(warn.mock.calls).toEqual([
      ['Revocations cannot be read (database: 42501): until they are, every check asks the database'],
    ]);
    poll.mockResolvedValue(NOTHING);
    await pass(1000);
    expect(warn.mock.calls.slice(1)).toEqual([['Revocations are read again']]);
    warn.mockRestore();
  });

  it('publishes what was revoked, and everything where it cannot know', async () => {
    poll.mockResolvedValueOnce({ rows: [], isComplete: false, position });
    await pass(250);
    expect(published).toEqual([{ kind: 'everything' }]);
    poll.mockResolvedValueOnce({
      rows: [
        { kind: 'user', userId: 'u', subjectId: null },
        { kind: 'session', userId: 'u', subjectId: 's' },
        { kind: 'auth-header', userId: 'u', subjectId: 'h' },
        { kind: 'signing-keys', userId: null, subjectId: null },
      ],
      isComplete: true,
      position,
    });
    await pass(250);
    expect(published.slice(1)).toEqual([
      { kind: 'user', userId: 'u' },
      { kind: 'session', userId: 'u', sessionId: 's' },
      { kind: 'auth-header', userId: 'u', authHeaderId: 'h' },
      { kind: 'signing-keys' },
    ]);
  });

  it.each<RevocationRow>([
    { kind: 'a kind of a newer version', userId: 'u', subjectId: 's' },
    { kind: 'session', userId: 'u', subjectId: null },
    { kind: 'user', userId: null, subjectId: null },
  ])('takes a row that it does not understand for everything: %j', async (row) => {
    await pass(250);
    poll.mockResolvedValueOnce({ rows: [row], isComplete: true, position });
    await pass(250);
    expect(published).toEqual([{ kind: 'everything' }]);
  });

  it('is not up to date from the second on in which the database does not answer, until it does', async () => {
    await pass(250);
    poll.mockRejectedValue(new Error('away'));
    await pass(900);
    expect(feed.isUpToDate()).toBe(true);
    await pass(250);
    expect(feed.isUpToDate()).toBe(false);
    expect(published).toEqual([]);
    poll.mockResolvedValue(NOTHING);
    await pass(250);
    expect(feed.isUpToDate()).toBe(true);
  });

  it('counts from the moment it asked: an answer that took a second tells nothing of now', async () => {
    await pass(250);
    poll.mockImplementationOnce(() => new Promise((resolve) => setTimeout(resolve, 1100, NOTHING)));
    await pass(1400);
    expect(feed.isUpToDate()).toBe(false);
  });

  it.each([3_600_000, -3_600_000])(
    'is not up to date after a jump of the clock by %i ms: the machine may have been suspended',
    async (jump) => {
      await pass(250);
      jest.setSystemTime(Date.now() + jump);
      expect(feed.isUpToDate()).toBe(false);
      await pass(250);
      expect(feed.isUpToDate()).toBe(true);
    },
  );

  it('asks the database only while somebody asks it', async () => {
    await pass(1000);
    await jest.advanceTimersByTimeAsync(6000);
    const before = poll.mock.calls.length;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(poll.mock.calls.length).toBe(before);
    expect(feed.isUpToDate()).toBe(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(feed.isUpToDate()).toBe(true);
  });
});
