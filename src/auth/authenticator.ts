import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import passport from 'passport';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { type PresentedCredential, readCredential } from '../guard/read-credential.js';
import { clientAddressReader } from '../net/client-address.js';
import { isInRanges } from '../net/ip-ranges.js';
import { CredentialCache } from './credential-cache.js';
import { CredentialUse } from './credential-use.js';
import { LookUps } from './look-ups.js';
import type { Principal } from './principal.js';
import { type CredentialRequest, STRATEGY_OF } from './strategy-names.js';

type Done = (error?: Error | null, principal?: Principal | false | null) => void;
type Middleware = (request: CredentialRequest, response: undefined, next: Done) => void;

/**
 * Authenticates a request: credential → principal. The guard and the fast path both use it, so a per-request check belongs in
 * {@link admit} and cannot be missed on either path.
 */
@Injectable()
export class Authenticator implements OnModuleInit {
  private readonly lookUps = new LookUps();
  private readonly addressOf: (request: IncomingMessage) => string;

  constructor(
    private readonly cache: CredentialCache,
    private readonly use: CredentialUse,
    settings: Settings,
  ) {
    this.addressOf = clientAddressReader(settings.trustedProxies);
  }

  /** Fails the start if a strategy is missing, which would refuse every credential of its kind. @throws Error */
  async onModuleInit(): Promise<void> {
    for (const kind of ['jwt', 'auth-header'] as const) await askStrategy({ kind, token: '' });
  }

  /**
   * The principal of a request: synchronously if the credential is cached, else after its strategy has checked it.
   * @throws ApiError `credential_required`, `two_credentials`, `invalid_token`, `unavailable` or `address_not_allowed`, or what a listener
   * of {@link CredentialUse} throws
   */
  authenticate(request: IncomingMessage): Principal | Promise<Principal> {
    const credential = credentialOf(request);
    const principal = this.cache.get(credential.token);
    return principal === undefined ? this.verify(credential, request) : this.admit(principal, request);
  }

  /** Like {@link authenticate}, but undefined if the credential is not cached. */
  authenticateCached(request: IncomingMessage): Principal | undefined {
    const principal = this.cache.get(credentialOf(request).token);
    return principal && this.admit(principal, request);
  }

  private async verify(credential: PresentedCredential, request: IncomingMessage): Promise<Principal> {
    const epoch = this.cache.epoch();
    const principal = await this.lookUps.principalOf(credential.token, epoch, () => askStrategy(credential));
    if (principal === null) throw new ApiError('invalid_token');
    this.cache.store(credential.token, principal, epoch);
    return this.admit(principal, request);
  }

  /** The checks of every request, cached or not. Fails closed: an unparsable address is in no allow list. */
  private admit(principal: Principal, request: IncomingMessage): Principal {
    const { allowedIps } = principal;
    if (allowedIps.length > 0 && !isInRanges(this.addressOf(request), allowedIps)) {
      throw new ApiError('address_not_allowed');
    }
    this.use.publish(principal);
    return principal;
  }
}

function credentialOf({ rawHeaders }: IncomingMessage): PresentedCredential {
  const credential = readCredential(rawHeaders);
  if (typeof credential === 'string') throw new ApiError(credential);
  return credential;
}

/** Checks a credential with the strategy of its kind. The result is final: no other strategy is tried. */
function askStrategy(credential: PresentedCredential): Promise<Principal | null> {
  return new Promise((resolve, reject) => {
    const done: Done = (error, principal) => {
      if (error) reject(error);
      else resolve(principal === false ? null : (principal ?? null));
    };
    const check = passport.authenticate(STRATEGY_OF[credential.kind], { session: false }, done) as Middleware;
    check({ credential }, undefined, done);
  });
}
