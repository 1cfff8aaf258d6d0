import type { Verdict } from './personas-server.js';
import { VerdictCache } from './verdict-cache.js';

const NOTHING = { everything: false, signingKeys: false, ids: [] };

function verdictOf(id: string, rest: Partial<Verdict> = {}): Verdict {
  const principal = {
    userId: 'user',
    username: 'name',
    roles: [],
    scopes: [],
    kind: 'auth-header',
    credentialId: id,
    expires: null,
    authTime: null,
    acr: null,
    amr: [],
  } as const;
  return { principal, ids: ['user', id], isAddressBound: false, isRateLimited: false, ...rest };
}

describe('The memory of a guard', () => {
  let cache: VerdictCache;

  beforeEach(() => {
    jest.useFakeTimers();
    cache = new VerdictCache(3);
  });
  afterEach(() => jest.useRealTimers());

  function store(token: string, rest: Partial<Verdict> = {}, address?: string): void {
    cache.store(token, address, verdictOf(token, rest), performance.now());
  }
  const has = (token: string, address?: string): boolean => cache.get(token, address) !== undefined;

  it('is bounded, and keeps what is used', () => {
    for (const token of ['a', 'b', 'c']) store(token);
    expect(has('a')).toBe(true);
    store('d');
    expect(['a', 'b', 'c', 'd'].map((token) => has(token))).toEqual([true, false, true, true]);
  });

  it('forgets what is revoked, and nothing else', () => {
    for (const token of ['a', 'b']) store(token);
    cache.evict({ ...NOTHING, ids: ['a'] });
    expect([has('a'), has('b')]).toEqual([false, true]);
    cache.evict({ ...NOTHING, ids: ['user'] });
    expect(has('b')).toBe(false);
  });

  it.each([
    ['everything', { ...NOTHING, everything: true }],
    ['signing keys', { ...NOTHING, signingKeys: true }],
  ])('forgets all of it after news of %s', (_, news) => {
    store('a');
    cache.evict(news);
    expect(has('a')).toBe(false);
    store('a');
    expect(has('a')).toBe(false);
    jest.advanceTimersByTime(1000);
    store('a');
    expect(has('a')).toBe(true);
  });

  it.each([
    ['its own', 'a'],
    ['its user', 'user'],
  ])(
    'does not take an answer that was asked before the revocation of %s was heard, or within a second after it',
    (_, id) => {
      const askedMs = performance.now();
      cache.evict({ ...NOTHING, ids: [id] });
      cache.store('a', undefined, verdictOf('a'), askedMs);
      expect(has('a')).toBe(false);
      jest.advanceTimersByTime(999);
      // Another process of the server may still not know.
      store('a');
      expect(has('a')).toBe(false);
      jest.advanceTimersByTime(1);
      cache.store('a', undefined, verdictOf('a'), askedMs);
      expect(has('a')).toBe(false);
      store('a');
      expect(has('a')).toBe(true);
    },
  );

  it('still does not take an answer that took its time', () => {
    const askedMs = performance.now();
    cache.evict({ ...NOTHING, ids: ['a'] });
    jest.advanceTimersByTime(1900);
    cache.evict(NOTHING);
    cache.store('a', undefined, verdictOf('a'), askedMs);
    expect(has('a')).toBe(false);
  });

  it('keeps nothing for more than a minute, or beyond the end of the credential', () => {
    store('a');
    store('b', { principal: { ...verdictOf('b').principal, expires: new Date(Date.now() + 5000) } });
    jest.advanceTimersByTime(4999);
    expect([has('a'), has('b')]).toEqual([true, true]);
    jest.advanceTimersByTime(1);
    expect([has('a'), has('b')]).toEqual([true, false]);
    jest.advanceTimersByTime(55_000);
    expect(has('a')).toBe(false);
  });

  it('keeps no answer that is counted, and one for an address for this address only', () => {
    store('counted', { isRateLimited: true });
    store('bound', { isAddressBound: true });
    expect([has('counted'), has('bound')]).toEqual([false, false]);
    store('bound', { isAddressBound: true }, '192.0.2.7');
    expect([has('bound', '192.0.2.7'), has('bound', '192.0.2.8'), has('bound')]).toEqual([true, false, false]);
    cache.evict({ ...NOTHING, ids: ['bound'] });
    expect(has('bound', '192.0.2.7')).toBe(false);
  });
});
