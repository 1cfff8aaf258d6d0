import type { RevocationFeed } from '../revocation/revocation-feed.js';
import { RevocationBus } from '../revocation/revocation-bus.js';
import type { Revocation } from '../revocation/revocation.js';
import { User } from '../database/entities/user.entity.js';
import { CredentialCache } from './credential-cache.js';
import { Principal } from './principal.js';

// A feed that is always up to date: no other process writes.
const feed = { isUpToDate: () => true } as unknown as RevocationFeed;

const principalOf = (userId: string, id = 'header', user: Partial<User> = {}): Principal =>
  new Principal(Object.assign(new User(), { id: userId, ...user }), {
    kind: 'auth-header',
    id,
    name: '',
    scopes: [],
    allowedIps: [],
    rateLimit: undefined,
    expires: null,
    tokenMark: '',
  });

const jwtOf = (userId: string, sessionId: string, jti: string): Principal =>
  new Principal(Object.assign(new User(), { id: userId }), {
    kind: 'jwt',
    id: jti,
    sessionId,
    expires: new Date(Date.now() + 60_000),
    issuer: 'us',
    issuedAtSeconds: 0,
    amr: ['pwd'],
    acr: 'aal1',
    authTimeSeconds: 0,
  });

const REVOCATIONS: readonly Revocation[] = [
  { kind: 'user', userId: 'anna' },
  { kind: 'session', userId: 'anna', sessionId: 'session' },
  { kind: 'auth-header', userId: 'anna', authHeaderId: 'header' },
  { kind: 'signing-keys' },
  { kind: 'everything' },
];

describe('A principal read before a revocation and stored after it', () => {
  let revocations: RevocationBus;
  let cache: CredentialCache;

  beforeEach(() => {
    revocations = new RevocationBus();
    cache = new CredentialCache(revocations, feed);
  });

  it.each(REVOCATIONS)('is not cached: $kind', (revocation) => {
    const epoch = cache.epoch();
    revocations.publish(revocation);
    cache.store('token', principalOf('anna'), epoch);
    expect(cache.get('token')).toBeUndefined();
    cache.store('token', principalOf('anna'), cache.epoch());
    expect(cache.get('token')).toMatchObject({ userId: 'anna' });
  });

  it.each(REVOCATIONS.filter((revocation) => 'userId' in revocation))(
    "is cached if it is another user's: $kind",
    (revocation) => {
      const epoch = cache.epoch();
      revocations.publish(revocation);
      cache.store('token', principalOf('bert'), epoch);
      expect(cache.get('token')).toMatchObject({ userId: 'bert' });
    },
  );

  it('is not cached even if later revocations overflow the table of revoked users', () => {
    const epoch = cache.epoch();
    revocations.publish({ kind: 'user', userId: 'anna' });
    for (let count = 0; count < 10_000; count++) revocations.publish({ kind: 'user', userId: `user-${count}` });
    cache.store('token', principalOf('anna'), epoch);
    expect(cache.get('token')).toBeUndefined();
  });
});

describe('The cache', () => {
  let revocations: RevocationBus;
  let cache: CredentialCache;
  const store = (token: string, principal: Principal) => {
    cache.store(token, principal, cache.epoch());
  };
  const cached = (...tokens: string[]) => tokens.map((token) => cache.get(token) !== undefined);

  /** Stops the clock. @returns what moves it to some seconds from now. */
  const laterThanNow = () => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now);
    return (seconds: number): void => {
      clock.mockReturnValue(now + seconds * 1000);
      // The cache takes what it read for the present for a second.
      jest.advanceTimersByTime(1000);
    };
  };

  beforeEach(() => {
    revocations = new RevocationBus();
    cache = new CredentialCache(revocations, feed);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('keeps one user for all of their credentials, and no hash of their password', () => {
    store('one', principalOf('anna', 'h1', { passwordHash: 'hash' }));
    store('other', jwtOf('anna', 's1', 'j1'));
    store('third', principalOf('anna', 'h2'));
    expect(cache.get('third')?.user).toBe(cache.get('other')?.user);
    expect(JSON.stringify(cache.get('one'))).not.toContain('hash');
  });

  it('keeps a user who was read later as they were read, and not as before', () => {
    store('one', principalOf('anna', 'h1', { roles: ['admin'] }));
    store('other', principalOf('anna', 'h2', { roles: [] }));
    expect([cache.get('one')?.roles, cache.get('other')?.roles]).toEqual([['admin'], []]);
  });

  it.each<[Revocation, boolean[]]>([
    [{ kind: 'auth-header', userId: 'anna', authHeaderId: 'h1' }, [false, false, true, true, true, true]],
    [{ kind: 'session', userId: 'anna', sessionId: 's1' }, [true, true, true, false, false, true]],
    [{ kind: 'user', userId: 'anna' }, [false, false, false, false, false, true]],
    [{ kind: 'everything' }, [false, false, false, false, false, false]],
    [{ kind: 'user', userId: 'nobody' }, [true, true, true, true, true, true]],
  ])('forgets every token of what is revoked, and nothing else: %j', (revocation, expected) => {
    const tokens = ['old', 'new', 'other', 'jwt', 'renewed', 'foreign'];
    const principals = [
      ...['h1', 'h1', 'h2'].map((id) => principalOf('anna', id)),
      ...['j1', 'j2'].map((jti) => jwtOf('anna', 's1', jti)),
      principalOf('bert', 'h1'),
    ];
    tokens.forEach((token, index) => {
      store(token, principals[index] ?? principalOf('nobody'));
    });
    // Stored again, as two requests that miss at once do.
    store('old', principalOf('anna', 'h1'));
    expect(cached(...tokens)).toEqual(Array(6).fill(true));
    revocations.publish(revocation);
    expect(cached(...tokens)).toEqual(expected);
  });

  it('is bounded, and forgets the users with their last credential', () => {
    for (let count = 0; count < 100_010; count++) store(`token-${count}`, principalOf(`user-${count}`));
    expect(cached('token-0', 'token-9', 'token-10', 'token-100009')).toEqual([false, false, true, true]);
    expect((cache as unknown as { users: Map<string, unknown> }).users.size).toBe(100_000);
  });

  it('returns nothing a minute after it was stored, as a backstop', () => {
    const afterSeconds = laterThanNow();
    store('token', principalOf('anna'));
    afterSeconds(58);
    expect([cached('token'), cache.hasAged('token')]).toEqual([[true], false]);
    afterSeconds(61);
    expect([cached('token'), cache.hasAged('token')]).toEqual([[false], true]);
  });

  it('keeps the principal over the backstop if the look-up finds the same, and takes the other if not', () => {
    const afterSeconds = laterThanNow();
    const read = (roles: string[]) => principalOf('anna', 'h1', { roles });
    store('token', read(['admin']));
    const first = cache.get('token');
    afterSeconds(61);
    store('token', read(['admin']));
    expect(cache.get('token')).toBe(first);
    expect(cached('token')).toEqual([true]);
    afterSeconds(122);
    store('token', read([]));
    expect(cache.get('token')?.roles).toEqual([]);
    revocations.publish({ kind: 'auth-header', userId: 'anna', authHeaderId: 'h1' });
    expect([cached('token'), cache.hasAged('token')]).toEqual([[false], false]);
  });

  it.each(['forgotten', 'revoked', 'expired', 'of a process that has heard nothing for a second'])(
    'has nothing to look up again that is %s',
    (how) => {
      const isUpToDate = jest.spyOn(feed, 'isUpToDate');
      const afterSeconds = laterThanNow();
      const principal = jwtOf('anna', 's1', 'j1');
      store('token', principal);
      afterSeconds(61);
      expect(cache.hasAged('token')).toBe(true);
      if (how === 'forgotten') cache.forget('token');
      else if (how === 'revoked') revocations.publish({ kind: 'session', userId: 'anna', sessionId: 's1' });
      else if (how === 'expired') jest.spyOn(principal.credential.expires ?? new Date(), 'getTime').mockReturnValue(0);
      else isUpToDate.mockReturnValue(false);
      expect([cached('token'), cache.hasAged('token')]).toEqual([[false], false]);
    },
  );
});
