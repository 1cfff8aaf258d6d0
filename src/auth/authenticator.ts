import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import passport from 'passport';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { type PresentedCredential, readCredential } from '../guard/read-credential.js';
import { clientAddressReader } from '../net/client-address.js';
import { isInRanges } from '../net/ip-ranges.js';
import { OutdatedRateLimit, rateLimitHeaders, type Standing } from '../rate-limit/rate-limit.js';
import { RateLimiter } from '../rate-limit/rate-limiter.js';
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
    private readonly limiter: RateLimiter,
    settings: Settings,
  ) {
    this.addressOf = clientAddressReader(settings.trustedProxies);
  }

  /** Fails the start if a strategy is missing, which would refuse every credential of its kind. @throws Error */
  async onModuleInit(): Promise<void> {
    for (const kind of ['jwt', 'auth-header'] as const) await askStrategy({ kind, token: '' });
  }

  /**
   * The principal of a request: synchronously if the credential is cached and a permit of its rate limit is at hand, if it has
   * one; else after its strategy has checked it, or a permit was leased.
   * @param response gets the headers of the rate limit, if there is one.
   * @throws ApiError `credential_required`, `two_credentials`, `invalid_token`, `unavailable`, `address_not_allowed` or
   * `rate_limited`, or what a listener of {@link CredentialUse} throws
   */
  authenticate(request: IncomingMessage, response: ServerResponse): Principal | Promise<Principal> {
    const credential = credentialOf(request);
    const principal = this.cache.get(credential.token);
    if (principal === undefined) return this.verify(credential, request, response);
    const admitted = this.admit(principal, request, response);
    if (!(admitted instanceof Promise)) return admitted;
    return admitted.catch((error: unknown) => {
      // Another process has changed the limit, or revoked the credential, and the news of it is on its way.
      if (error instanceof OutdatedRateLimit) return this.verify(credential, request, response);
      throw error;
    });
  }

  /**
   * Like {@link authenticate}, but undefined if that would have to ask the database, or if the principal is not
   * wanted, which then has taken no permit.
   */
  authenticateCached(
    request: IncomingMessage,
    response: ServerResponse,
    isWanted?: (principal: Principal) => boolean,
  ): Principal | undefined {
    const principal = this.cache.get(credentialOf(request).token);
    if (principal === undefined || isWanted?.(principal) === false || !this.canAdmitAtOnce(principal)) return undefined;
    const admitted = this.admit(principal, request, response);
    return admitted instanceof Promise ? undefined : admitted;
  }

  private async verify(
    credential: PresentedCredential,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Principal> {
    const epoch = this.cache.epoch();
    const principal = await this.lookUps.principalOf(credential.token, epoch, () => askStrategy(credential));
    if (principal === null) throw new ApiError('invalid_token');
    this.cache.store(credential.token, principal, epoch);
    return this.admit(principal, request, response);
  }

  private canAdmitAtOnce({ credential }: Principal): boolean {
    if (credential.kind !== 'auth-header' || credential.rateLimit === undefined) return true;
    return this.limiter.canDecide(credential.id, credential.rateLimit);
  }

  /**
   * The checks of every request, cached or not. Fails closed: an unparsable address is in no allow list. A request from an
   * address that is not allowed takes no permit: strangers must not use up the limit of a token that they have found.
   */
  private admit(
    principal: Principal,
    request: IncomingMessage,
    response: ServerResponse,
  ): Principal | Promise<Principal> {
    const { allowedIps } = principal;
    if (allowedIps.length > 0 && !isInRanges(this.addressOf(request), allowedIps)) {
      throw new ApiError('address_not_allowed');
    }
    const { credential } = principal;
    if (credential.kind === 'auth-header' && credential.rateLimit !== undefined) {
      const { id, rateLimit } = credential;
      const enter = (standing: Standing): Principal => {
        for (const [name, value] of Object.entries(rateLimitHeaders(rateLimit, standing)))
          response.setHeader(name, value);
        this.use.publish(principal);
        return principal;
      };
      const standing = this.limiter.take(id, rateLimit);
      return standing instanceof Promise ? standing.then(enter) : enter(standing);
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
