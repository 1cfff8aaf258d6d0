import type { RevocationFeed } from '../revocation/revocation-feed.js';
import { RevocationBus } from '../revocation/revocation-bus.js';
import type { Revocation } from '../revocation/revocation.js';
import { User } from '../database/entities/user.entity.js';
import { CredentialCache } from './credential-cache.js';
import { Principal } from './principal.js';

// A feed that is always up to date: no other process writes.
const feed = { isUpToDate: () => true } as unknown as RevocationFeed;

const principalOf = (userId: string): Principal =>
  new Principal(Object.assign(new User(), { id: userId }), {
    kind: 'auth-header',
    id: 'header',
    name: '',
    scopes: [],
    allowedIps: [],
    expires: null,
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

describe('A cached principal', () => {
  it('is not returned a minute after it was stored, as a backstop', async () => {
    const cache = new CredentialCache(new RevocationBus(), feed);
    cache.store('token', principalOf('anna'), cache.epoch());
    expect(cache.get('token')).toMatchObject({ userId: 'anna' });
    const later = performance.now() + 61_000;
    const clock = jest.spyOn(performance, 'now').mockReturnValue(later);
    // The cache takes the moment for the present one for a millisecond.
    await new Promise((done) => setTimeout(done, 10));
    expect(cache.get('token')).toBeUndefined();
    clock.mockRestore();
  });
});
