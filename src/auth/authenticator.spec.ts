import type { IncomingMessage } from 'node:http';
import passport from 'passport';
import { Settings } from '../config/settings.js';
import type { RevocationFeed } from '../revocation/revocation-feed.js';
import { ApiError } from '../errors/api-error.js';
import { RevocationBus } from '../revocation/revocation-bus.js';
import { Authenticator } from './authenticator.js';
import { CredentialCache } from './credential-cache.js';
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
};

/** Accepts every credential as the user's, restricted to the office address. */
class TrustingStrategy extends passport.Strategy {
  override authenticate(): void {
    const credential = { kind: 'auth-header', id: 'id', name: 'name', scopes: [], allowedIps: [OFFICE] } as const;
    this.success(new Principal(USER, { ...credential, expires: null }));
  }
}

function requestFrom(remoteAddress: string): IncomingMessage {
  return { rawHeaders: ['Authorization', 'ep_token'], headers: {}, socket: { remoteAddress } } as IncomingMessage;
}

describe('The authenticator', () => {
  let authenticator: Authenticator;
  let use: CredentialUse;

  beforeEach(() => {
    const feed = { isUpToDate: () => true } as unknown as RevocationFeed;
    use = new CredentialUse();
    authenticator = new Authenticator(new CredentialCache(new RevocationBus(), feed), use, new Settings());
    for (const name of [JWT_STRATEGY, AUTH_HEADER_STRATEGY]) passport.use(name, new TrustingStrategy());
  });

  /** The two entry points: the one of the guard, and the one of the fast path. */
  const ways = [
    ['the ordinary path', async (from: string) => authenticator.authenticate(requestFrom(from))],
    [
      'the fast path',
      (from: string) => Promise.resolve().then(() => authenticator.authenticateCached(requestFrom(from))),
    ],
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
    expect(authenticator.authenticateCached(requestFrom(OFFICE))).toBeUndefined();
    await authenticator.authenticate(requestFrom(OFFICE));
    expect(authenticator.authenticateCached(requestFrom(OFFICE))?.userId).toBe('user');
  });

  it.each(ways)('checks the client address of every request, on %s', async (_, ask) => {
    await authenticator.authenticate(requestFrom(OFFICE));
    for (const mapped of ['', '::ffff:']) {
      expect((await ask(mapped + OFFICE))?.userId).toBe('user');
      await expect(ask(`${mapped}192.0.2.7`)).rejects.toMatchObject({ code: 'address_not_allowed' });
    }
  });

  it.each(ways)('notifies listeners of every use, and lets a listener refuse it, on %s', async (_, ask) => {
    await authenticator.authenticate(requestFrom(OFFICE));
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

  it('notifies no listener of a request from a refused address', async () => {
    const listener = jest.fn();
    use.subscribe(listener);
    await expect(authenticator.authenticate(requestFrom('192.0.2.7'))).rejects.toThrow();
    expect(() => authenticator.authenticateCached(requestFrom('192.0.2.7'))).toThrow();
    expect(listener).not.toHaveBeenCalled();
  });
});
