import type { RevocationFeed } from '../revocation/revocation-feed.js';
import { type Revocation, RevocationBus } from '../revocation/revocation-bus.js';
import { User } from '../database/entities/user.entity.js';
import { CredentialCache } from './credential-cache.js';
import { Principal } from './principal.js';

// No other process writes, and the cache knows that.
const changes = { onChange: () => undefined, isUpToDate: () => true } as unknown as RevocationFeed;

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
  { kind: 'everything' },
];

describe('What was read before a revocation and is stored after it', () => {
  let revocations: RevocationBus;
  let cache: CredentialCache;

  beforeEach(() => {
    revocations = new RevocationBus();
    cache = new CredentialCache(revocations, changes);
  });

  it.each(REVOCATIONS)('is not remembered: $of', (revocation) => {
    const epoch = cache.epoch();
    revocations.publish(revocation);
    cache.store('token', principalOf('anna'), epoch);
    expect(cache.get('token')).toBeUndefined();
    cache.store('token', principalOf('anna'), cache.epoch());
    expect(cache.get('token')).toMatchObject({ userId: 'anna' });
  });

  it.each(REVOCATIONS.filter(({ kind }) => kind !== 'everything'))(
    'is remembered of another user: $of',
    (revocation) => {
      const epoch = cache.epoch();
      revocations.publish(revocation);
      cache.store('token', principalOf('bert'), epoch);
      expect(cache.get('token')).toMatchObject({ userId: 'bert' });
    },
  );

  it('is not remembered although so many other users lost something since that each is no longer known', () => {
    const epoch = cache.epoch();
    revocations.publish({ kind: 'user', userId: 'anna' });
    for (let count = 0; count < 10_000; count++) revocations.publish({ kind: 'user', userId: `user-${count}` });
    cache.store('token', principalOf('anna'), epoch);
    expect(cache.get('token')).toBeUndefined();
  });
});
