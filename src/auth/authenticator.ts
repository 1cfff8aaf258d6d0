import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import passport from 'passport';
import { Settings } from '../config/settings.js';
import { ApiError, BASIC_CHALLENGE } from '../errors/api-error.js';
import { isAuthHeaderShaped } from '../guard/auth-header-format.js';
import { type PresentedCredential, readCredential } from '../guard/read-credential.js';
import type { Form } from '../http/form-body.js';
import { clientAddressReader } from '../net/client-address.js';
import { isInRanges } from '../net/ip-ranges.js';
import { OutdatedRateLimit, rateLimitHeaders, type Standing } from '../rate-limit/rate-limit.js';
import { RateLimiter } from '../rate-limit/rate-limiter.js';
import { readClientCredential, usesBasic } from './client-credential.js';
import { CredentialCache } from './credential-cache.js';
import { refusalOf } from './credential-hint.js';
import { CredentialUse } from './credential-use.js';
import { LookUps } from './look-ups.js';
import type { Principal } from './principal.js';
import { type CredentialRequest, STRATEGY_OF } from './strategy-names.js';

type Done = (error?: Error | null, principal?: Principal | false | null) => void;
/** A credential on its way into a request. */
interface Entry {
  readonly credential: PresentedCredential;
  readonly request: IncomingMessage;
  /** Gets the headers of the rate limit, if there is one; undefined for a token that is not the request's own credential. */
  readonly response: ServerResponse | undefined;
  /** The id by which an OAuth client names itself. */
  readonly clientId?: string | undefined;
}

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
   * @throws ApiError `credential_required`, `two_credentials`, `invalid_token`, `token_expired`, `unavailable`, `address_not_allowed` or
   * `rate_limited`, or what a listener of {@link CredentialUse} throws
   */
  authenticate(request: IncomingMessage, response: ServerResponse): Principal | Promise<Principal> {
    return this.enter({ credential: credentialOf(request), request, response });
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
    return admitted instanceof Promise ? undefined : admitted;
  }

  /**
   * Like {@link authenticate}, for an OAuth client, which may present an auth header as RFC 6749, section 2.3.1, says.
   * @param form the body of the request
   */
  async authenticateClient(request: IncomingMessage, form: Form, response: ServerResponse): Promise<Principal> {
    try {
      return await this.enter(clientEntryOf(request, form, response));
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
    return admitted instanceof Promise ? undefined : admitted;
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
    const admitted = this.admit(principal, entry);
    if (!(admitted instanceof Promise)) return admitted;
    return admitted.catch((error: unknown) => {
      // Another process has changed the limit, or revoked the credential, and the news of it is on its way.
      if (error instanceof OutdatedRateLimit) return this.verify(entry);
      throw error;
    });
  }

  private async verify(entry: Entry): Promise<Principal> {
    const principal = await this.lookUp(entry.credential);
    if (principal === null) throw refusalOf('invalid_token', entry.request);
    return this.admit(principal, entry);
  }

  private async lookUp(credential: PresentedCredential): Promise<Principal | null> {
    const epoch = this.cache.epoch();
    const principal = await this.lookUps.principalOf(credential.token, epoch, () => askStrategy(credential));
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

/** @throws ApiError `invalid_token` if the client names itself by another id than that of its auth header */
function confirm({ credential }: Principal, clientId: string | undefined): void {
  if (clientId === undefined) return;
  if (credential.kind !== 'auth-header' || credential.id !== clientId.toLowerCase())
    throw new ApiError('invalid_token');
}

function presented(token: string): PresentedCredential {
  return { kind: isAuthHeaderShaped(token) ? 'auth-header' : 'jwt', token };
}

/** Not by a spread, which costs as much as both look-ups of an introspection. */
function clientEntryOf(request: IncomingMessage, form: Form, response: ServerResponse): Entry {
  const read = readClientCredential(request.rawHeaders, form);
  if (typeof read === 'string') throw new ApiError(read);
  const { credential, clientId } = read;
  return { credential, request, response, clientId };
}

function credentialOf(request: IncomingMessage): PresentedCredential {
  const credential = readCredential(request.rawHeaders);
  if (typeof credential === 'string') throw refusalOf(credential, request);
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
