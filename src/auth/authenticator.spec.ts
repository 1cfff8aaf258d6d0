import type { IncomingMessage, ServerResponse } from 'node:http';
import passport from 'passport';
import { Settings } from '../config/settings.js';
import type { RevocationFeed } from '../revocation/revocation-feed.js';
import { ApiError } from '../errors/api-error.js';
import { RevocationBus } from '../revocation/revocation-bus.js';
import type { RateLimit } from '../rate-limit/rate-limit.js';
import { RateLimiter } from '../rate-limit/rate-limiter.js';
import type { RateLimitWindowRepository } from '../rate-limit/rate-limit-window.repository.js';
import { Authenticator } from './authenticator.js';
import { CheckCounts } from './check-counts.js';
import { CheckOutcomes } from './check-outcomes.js';
import { CredentialCache } from './credential-cache.js';
import { CredentialRefusals } from './credential-refusals.js';
import { CredentialUse } from './credential-use.js';
import { Principal } from './principal.js';
import { AUTH_HEADER_STRATEGY, JWT_STRATEGY } from './strategy-names.js';

const OFFICE = '203.0.113.7';
const USER = {
  id: 'user',
  username: 'user',
  email: 'user@example.com',
  firstname: '',
  lastname: '',
  roles: [],
  created: new Date(),
  passwordChanged: new Date(),
  passwordExpires: null,
  kind: 'person' as const,
};

/** Accepts every credential as the user's, restricted to the office address. */
class TrustingStrategy extends passport.Strategy {
  constructor(private readonly rateLimit?: RateLimit) {
    super();
  }

  override authenticate(): void {
    const credential = { kind: 'auth-header', id: 'id', name: 'name', scopes: [], allowedIps: [OFFICE] } as const;
    this.success(new Principal(USER, { ...credential, rateLimit: this.rateLimit, expires: null, tokenMark: '' }));
  }
}

function requestFrom(remoteAddress: string): IncomingMessage {
  return { rawHeaders: ['Authorization', 'ep_token'], headers: {}, socket: { remoteAddress } } as IncomingMessage;
}

describe('The authenticator', () => {
  let authenticator: Authenticator;
  let use: CredentialUse;
  let refusals: CredentialRefusals;
  let lease: jest.Mock;
  const setHeader = jest.fn();
  const response = { setHeader } as unknown as ServerResponse;
  const authenticate = (from: string) => authenticator.authenticate(requestFrom(from), response);
  const authenticateCached = (from: string) => authenticator.authenticateCached(requestFrom(from), response);

  beforeEach(() => {
    const feed = { isUpToDate: () => true } as unknown as RevocationFeed;
    use = new CredentialUse();
    refusals = new CredentialRefusals();
    lease = jest.fn(({ demand }: { demand: number }) =>
      Promise.resolve({ permits: demand + 1, leasedOfAll: demand + 1, endsMs: Date.now() + 60_000 }),
    );
    const clock = { now: () => Promise.resolve(Date.now()) };
    const limiter = new RateLimiter({ lease } as unknown as RateLimitWindowRepository, clock);
    const counts = new CheckCounts();
    authenticator = new Authenticator(
      new CredentialCache(new RevocationBus(), feed),
      use,
      limiter,
      new CheckOutcomes(counts, refusals, new Settings()),
      new Settings(),
    );
    setHeader.mockClear();
    for (const name of [JWT_STRATEGY, AUTH_HEADER_STRATEGY]) passport.use(name, new TrustingStrategy());
  });

  /** The two entry points: the one of the guard, and the one of the fast path. */
  const ways = [
    ['the ordinary path', async (from: string) => authenticate(from)],
    ['the fast path', (from: string) => Promise.resolve().then(() => authenticateCached(from))],
  ] as const;

  it.each([JWT_STRATEGY, AUTH_HEADER_STRATEGY])(
    'fails the start if the strategy %s is not registered',
    async (name) => {
      await expect(authenticator.onModuleInit()).resolves.toBeUndefined();
      passport.unuse(name);
      await expect(authenticator.onModuleInit()).rejects.toThrow(name);
    },
  );

  it('leaves a credential that is not cached to the ordinary path', async () => {
    expect(authenticateCached(OFFICE)).toBeUndefined();
    await authenticate(OFFICE);
    expect(authenticateCached(OFFICE)?.userId).toBe('user');
  });

  it.each(ways)('checks the client address of every request, on %s', async (_, ask) => {
    await authenticate(OFFICE);
    for (const mapped of ['', '::ffff:']) {
      expect((await ask(mapped + OFFICE))?.userId).toBe('user');
      await expect(ask(`${mapped}192.0.2.7`)).rejects.toMatchObject({ code: 'address_not_allowed' });
    }
  });

  it.each(ways)('notifies listeners of every use, and lets a listener refuse it, on %s', async (_, ask) => {
    await authenticate(OFFICE);
    const uses: Principal[] = [];
    use.subscribe((principal) => {
      uses.push(principal);
      if (uses.length > 2) throw new ApiError('too_many_attempts');
    });
    for (const count of [1, 2]) {
      await ask(OFFICE);
      expect(uses).toHaveLength(count);
    }
    await expect(ask(OFFICE)).rejects.toMatchObject({ code: 'too_many_attempts' });
  });

  it('takes a permit of a limited auth header synchronously where one is at hand, and leaves the rest to the ordinary path', async () => {
    passport.use(AUTH_HEADER_STRATEGY, new TrustingStrategy({ limit: 2, windowSeconds: 60 }));
    await authenticate(OFFICE);
    expect(setHeader.mock.calls).toContainEqual(['ratelimit', '"auth-header";r=1;t=60']);
    expect(authenticate(OFFICE)).toBeInstanceOf(Principal);
    expect(lease).toHaveBeenCalledTimes(1);
    const listener = jest.fn();
    use.subscribe(listener);
    expect(() => authenticate(OFFICE)).toThrow(new ApiError('rate_limited', { retryAfterSeconds: 60 }));
    expect(() => authenticateCached(OFFICE)).toThrow(new ApiError('rate_limited', { retryAfterSeconds: 60 }));
    expect(listener).not.toHaveBeenCalled();
  });

  it('leaves a limited auth header without a permit at hand to the ordinary path', async () => {
    passport.use(AUTH_HEADER_STRATEGY, new TrustingStrategy({ limit: 100, windowSeconds: 60 }));
    for (const count of [1, 2]) {
      await authenticate(OFFICE);
      expect(authenticateCached(OFFICE)?.userId).toBe('user');
      expect(authenticateCached(OFFICE)).toBeUndefined();
      expect(lease).toHaveBeenCalledTimes(count);
    }
  });

  it('looks a credential up again that was cached for a minute, and no other', async () => {
    jest.useFakeTimers({ doNotFake: ['performance', 'nextTick', 'queueMicrotask'] });
    expect(authenticator.renew(requestFrom(OFFICE))).toBeUndefined();
    await authenticate(OFFICE);
    expect(authenticator.renew(requestFrom(OFFICE))).toBeUndefined();

    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 61_000);
    // The cache takes what it read for the present for a second.
    jest.advanceTimersByTime(1000);
    expect(authenticateCached(OFFICE)).toBeUndefined();
    await authenticator.renew(requestFrom(OFFICE));
    expect(authenticateCached(OFFICE)?.userId).toBe('user');
    clock.mockRestore();
    jest.useRealTimers();
  });

  it('takes no permit for a request from a refused address', async () => {
    passport.use(AUTH_HEADER_STRATEGY, new TrustingStrategy({ limit: 2, windowSeconds: 60 }));
    await expect(authenticate('192.0.2.7')).rejects.toMatchObject({ code: 'address_not_allowed' });
    expect(lease).not.toHaveBeenCalled();
  });

  it('checks a credential again whose limit another process has changed', async () => {
    passport.use(AUTH_HEADER_STRATEGY, new TrustingStrategy({ limit: 100, windowSeconds: 60 }));
    await authenticate(OFFICE);
    await authenticate(OFFICE);
    passport.use(AUTH_HEADER_STRATEGY, new TrustingStrategy());
    lease.mockResolvedValue(undefined);
    expect((await authenticate(OFFICE)).credential).toMatchObject({ rateLimit: undefined });
    expect(authenticate(OFFICE)).toBeInstanceOf(Principal);
  });

  it('notifies no listener of a request from a refused address', async () => {
    const listener = jest.fn();
    use.subscribe(listener);
    await expect(authenticate('192.0.2.7')).rejects.toThrow();
    expect(() => authenticateCached('192.0.2.7')).toThrow();
    expect(listener).not.toHaveBeenCalled();
  });

  it('tells a token that is refused from one that nobody can look up now', async () => {
    const check = (token: string, from = OFFICE) => authenticator.check(token, requestFrom(from));
    expect((await check('ep_token'))?.userId).toBe('user');
    expect(await check('ep_token', '192.0.2.7')).toBeNull();
    passport.use(
      AUTH_HEADER_STRATEGY,
      new (class extends passport.Strategy {
        override authenticate(): void {
          this.error(new ApiError('unavailable'));
        }
      })(),
    );
    await expect(check('ep_other')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
