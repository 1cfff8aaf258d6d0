import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Settings } from '../config/settings.js';
import { ApiError, BASIC_CHALLENGE } from '../errors/api-error.js';
import { type PresentedCredential, readCredential } from '../guard/read-credential.js';
import type { Form } from '../http/form-body.js';
import { clientAddressReader } from '../net/client-address.js';
import { isInRanges } from '../net/ip-ranges.js';
import { OutdatedRateLimit, rateLimitHeaders, type Standing } from '../rate-limit/rate-limit.js';
import { RateLimiter } from '../rate-limit/rate-limiter.js';
import { askStrategy } from './ask-strategy.js';
import { CheckOutcomes } from './check-outcomes.js';
import { usesBasic } from './client-credential.js';
import { CredentialCache } from './credential-cache.js';
import { clientEntryOf, confirm, credentialOf, type Entry, presented } from './credential-entry.js';
import { refusalOf } from './credential-hint.js';
import { RefusedCredential } from './credential-refusals.js';
import { CredentialUse } from './credential-use.js';
import { LookUps } from './look-ups.js';
import type { Principal } from './principal.js';

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
    private readonly outcomes: CheckOutcomes,
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
   * @throws ApiError `credential_required`, `two_credentials`, `invalid_token`, `token_expired`, `unavailable`, `address_not_allowed` or
   * `rate_limited`, or what a listener of {@link CredentialUse} throws
   */
  authenticate(request: IncomingMessage, response: ServerResponse): Principal | Promise<Principal> {
    return this.enter({ credential: this.outcomes.reading(() => credentialOf(request)), request, response });
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
    const entry = { credential: credentialOf(request), request, response };
    const principal = this.cache.get(entry.credential.token);
    if (principal === undefined || isWanted?.(principal) === false || !this.canAdmitAtOnce(principal)) return undefined;
    const admitted = this.admit(principal, entry);
    return admitted instanceof Promise ? undefined : this.outcomes.remembered(admitted);
  }

  /**
   * Like {@link authenticate}, for an OAuth client, which may present an auth header as RFC 6749, section 2.3.1, says.
   * @param form the body of the request
   */
  async authenticateClient(request: IncomingMessage, form: Form, response: ServerResponse): Promise<Principal> {
    try {
      return await this.enter(this.outcomes.reading(() => clientEntryOf(request, form, response)));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || !usesBasic(request.rawHeaders)) throw error;
      // RFC 6749, section 5.2: the challenge is for the scheme that the client has used.
      throw new ApiError(error.code, { message: error.localized, headers: { 'www-authenticate': BASIC_CHALLENGE } });
    }
  }

  /**
   * The principal of a token that a client asks about: as if the request had come with the token. It takes a permit of the token's
   * rate limit and counts as a use of it.
   * @returns null if such a request would get 401 or 403.
   * @throws ApiError `unavailable` or `rate_limited`
   */
  async check(token: string, request: IncomingMessage): Promise<Principal | null> {
    try {
      return await this.enter({ credential: presented(token), request, response: undefined });
    } catch (error) {
      return nullIfRefused(error);
    }
  }

  /**
   * Like {@link authenticateClient} and {@link check} one after the other, but undefined if one of them would have to ask the
   * database, or if both have a rate limit: a permit that one has taken could not be given back when the other is refused.
   */
  checkCached(token: string, request: IncomingMessage, form: Form, response: ServerResponse): Principal | undefined {
    const client = clientEntryOf(request, form, response);
    const asked = { credential: presented(token), request, response: undefined };
    const caller = this.cache.get(client.credential.token);
    const principal = this.cache.get(asked.credential.token);
    if (caller === undefined || principal === undefined || (isLimited(caller) && isLimited(principal)))
      return undefined;
    if (!this.canAdmitAtOnce(caller) || !this.canAdmitAtOnce(principal)) return undefined;
    // Before the client takes a permit.
    this.refuseStrangers(principal, request);
    if (this.admit(caller, client) instanceof Promise) return undefined;
    const admitted = this.admit(principal, asked);
    if (admitted instanceof Promise) return undefined;
    this.outcomes.remembered(caller);
    return this.outcomes.remembered(admitted);
  }

  /** The principal of the client itself, of a request that {@link checkCached} has answered. */
  callerCached(request: IncomingMessage, form: Form, response: ServerResponse): Principal | undefined {
    return this.cache.get(clientEntryOf(request, form, response).credential.token);
  }

  /** The principal of a token, wherever it may be used from. This is no use of it, and takes no permit. @throws ApiError `unavailable` */
  async find(token: string): Promise<Principal | null> {
    return this.cache.get(token) ?? (await this.lookUp(presented(token)).catch(nullIfRefused));
  }

  /** Looks a credential up again that was cached too long ago; undefined for any other. Never rejects: the request is told why. */
  renew({ rawHeaders }: IncomingMessage): Promise<unknown> | undefined {
    const credential = readCredential(rawHeaders);
    if (typeof credential === 'string' || !this.cache.hasAged(credential.token)) return undefined;
    return this.lookUp(credential).catch(() => undefined);
  }

  private enter(entry: Entry): Principal | Promise<Principal> {
    const principal = this.cache.get(entry.credential.token);
    if (principal === undefined) return this.verify(entry);
    let admitted: Principal | Promise<Principal>;
    try {
      admitted = this.admit(principal, entry);
    } catch (error) {
      throw this.outcomes.refused(principal, entry, 'memory', error);
    }
    if (!(admitted instanceof Promise)) return this.outcomes.remembered(admitted);
    return admitted.then(
      (one) => this.outcomes.remembered(one),
      (error: unknown) => {
        // Another process has changed the limit, or revoked the credential, and the news of it is on its way.
        if (error instanceof OutdatedRateLimit) return this.verify(entry);
        throw this.outcomes.refused(principal, entry, 'memory', error);
      },
    );
  }

  private async verify(entry: Entry): Promise<Principal> {
    let principal: Principal | null = null;
    try {
      principal = await this.lookUp(entry.credential).catch((error: unknown) =>
        this.outcomes.unknownIfRevoked(error, entry),
      );
      if (principal === null) throw refusalOf('invalid_token', entry.request);
      return this.outcomes.found(await this.admit(principal, entry));
    } catch (error) {
      throw this.outcomes.refused(principal, entry, 'database', error);
    }
  }

  private async lookUp(credential: PresentedCredential): Promise<Principal | null> {
    const epoch = this.cache.epoch();
    const principal = await this.lookUps
      .principalOf(credential.token, epoch, () => askStrategy(credential))
      .catch((error: unknown) => {
        if (error instanceof RefusedCredential) this.cache.forget(credential.token);
        throw error;
      });
    if (principal === null) this.cache.forget(credential.token);
    else this.cache.store(credential.token, principal, epoch);
    return principal;
  }

  private canAdmitAtOnce({ credential }: Principal): boolean {
    if (credential.kind !== 'auth-header' || credential.rateLimit === undefined) return true;
    return this.limiter.canDecide(credential.id, credential.rateLimit);
  }

  /**
   * The checks of every request, cached or not. A request from an address that is not allowed takes no permit: strangers must not
   * use up the limit of a token that they have found. Neither does one that names another client.
   */
  private admit(principal: Principal, { request, response, clientId }: Entry): Principal | Promise<Principal> {
    confirm(principal, clientId);
    this.refuseStrangers(principal, request);
    const { credential } = principal;
    if (credential.kind === 'auth-header' && credential.rateLimit !== undefined) {
      const { id, rateLimit } = credential;
      const enter = (standing: Standing): Principal => {
        for (const [name, value] of Object.entries(rateLimitHeaders(rateLimit, standing)))
          response?.setHeader(name, value);
        this.use.publish(principal);
        return principal;
      };
      const standing = this.limiter.take(id, rateLimit);
      return standing instanceof Promise ? standing.then(enter) : enter(standing);
    }
    this.use.publish(principal);
    return principal;
  }

  /** Fails closed: an unparsable address is in no allow list. @throws ApiError `address_not_allowed` */
  private refuseStrangers({ allowedIps }: Principal, request: IncomingMessage): void {
    if (allowedIps.length > 0 && !isInRanges(this.addressOf(request), allowedIps)) {
      throw new ApiError('address_not_allowed');
    }
  }
}

/** @throws what was thrown, unless it refuses a credential. */
function nullIfRefused(error: unknown): null {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return null;
  throw error;
}

function isLimited({ credential }: Principal): boolean {
  return credential.kind === 'auth-header' && credential.rateLimit !== undefined;
}
