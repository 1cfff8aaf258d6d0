import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { AuthHeaderUsage } from '../authheader/auth-header-usage.js';
import { ApiError, bearerChallenge } from '../errors/api-error.js';
import { isListed } from '../net/ip-ranges.js';
import { originOf } from '../net/origin.js';
import { requestOf } from '../http/request-of.js';
import { CredentialCache } from './credential-cache.js';
import { isJwtShaped, type PresentedCredential, readCredential } from '../guard/read-credential.js';
import type { Permission, Principal } from './principal.js';
import { ruleOf } from './route-rule.js';
import { AUTH_HEADER_STRATEGY } from './strategies/auth-header.strategy.js';
import { JWT_STRATEGY } from './strategies/jwt.strategy.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the guard found in the headers; only the strategies look at it. */
    credential?: PresentedCredential;
  }
}

/**
 * The one door in front of every route that is not public: it finds the credential, has the strategy for its shape
 * say whom it speaks for unless that is remembered, and asks that principal for the permission the route requires.
 */
@Injectable()
export class CredentialGuard extends AuthGuard([JWT_STRATEGY, AUTH_HEADER_STRATEGY]) {
  constructor(
    private readonly cache: CredentialCache,
    private readonly usage: AuthHeaderUsage,
  ) {
    super();
  }

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { isPublic, permission } = ruleOf(context);
    if (isPublic) return true;
    const request = requestOf(context);
    const credential = credentialOf(request.raw.rawHeaders);
    const principal = this.cache.get(credential.token);
    if (principal === undefined) return this.verify(context, request, credential, permission);
    this.admit(principal, request, permission);
    return true;
  }

  /**
   * The principal of a request whose credential is remembered, for a route that asks no permission and is answered ahead of
   * the handlers; undefined where the way through them has to be taken, as it has where an address matters.
   * @param rawHeaders see {@link credentialOf}, and what it throws.
   */
  recall(rawHeaders: readonly string[]): Principal | undefined {
    const principal = this.cache.get(credentialOf(rawHeaders).token);
    if (principal === undefined || principal.allowedIps.length > 0) return undefined;
    this.noteUse(principal);
    return principal;
  }

  override getAuthenticateOptions(): { session: boolean; property: string } {
    return { session: false, property: 'principal' };
  }

  override handleRequest<P = Principal>(error: unknown, principal: P | false | null): P {
    if (error !== null && error !== undefined) throw error as Error;
    if (!principal) throw new ApiError('invalid_token');
    return principal;
  }

  private async verify(
    context: ExecutionContext,
    request: FastifyRequest,
    credential: PresentedCredential,
    permission: Permission | undefined,
  ): Promise<boolean> {
    // What is remembered had the shape, so only the others are looked at.
    if (credential.kind === 'jwt' && !isJwtShaped(credential.token)) throw new ApiError('invalid_token');
    request.credential = credential;
    const epoch = this.cache.epoch();
    await super.canActivate(context);
    const { principal } = request;
    if (principal === undefined) throw new ApiError('invalid_token');
    this.cache.store(credential.token, principal, epoch);
    this.admit(principal, request, permission);
    return true;
  }

  /** What is asked at every request, remembered or not: from where, and what for. */
  private admit(principal: Principal, request: FastifyRequest, permission: Permission | undefined): void {
    demandAddress(principal, request);
    if (permission !== undefined) demandPermission(principal, permission);
    this.noteUse(principal);
    request.principal = principal;
  }

  private noteUse({ credential }: Principal): void {
    if (credential.kind === 'auth-header') this.usage.note(credential.id);
  }
}

/** @throws ApiError with the reason of {@link readCredential} */
function credentialOf(rawHeaders: readonly string[]): PresentedCredential {
  const credential = readCredential(rawHeaders);
  if (typeof credential === 'string') throw new ApiError(credential);
  return credential;
}

function demandPermission(principal: Principal, permission: Permission): void {
  if (principal.may(permission)) return;
  const challenge = bearerChallenge('insufficient_scope', permission === 'session' ? undefined : permission);
  throw new ApiError('insufficient_scope', { headers: { 'www-authenticate': challenge } });
}

/** Fails closed: an address that cannot be read is in no list. */
function demandAddress({ allowedIps }: Principal, request: FastifyRequest): void {
  if (allowedIps.length === 0) return;
  if (!isListed(originOf(request).ip, allowedIps)) throw new ApiError('address_not_allowed');
}
