import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ApiError, bearerChallenge } from '../errors/api-error.js';
import { isListed } from '../http/cidr-list.js';
import { originOf } from '../http/origin.js';
import { type PresentedCredential, readCredential } from './credential.js';
import type { Permission, Principal } from './principal.js';
import { IS_PUBLIC } from './public.decorator.js';
import { REQUIRED_PERMISSION } from './requires.decorator.js';
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
 * say whom it speaks for, and asks that principal for the permission the route requires.
 */
@Injectable()
export class CredentialGuard extends AuthGuard([JWT_STRATEGY, AUTH_HEADER_STRATEGY]) {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.credential = readCredential(request.raw.rawHeaders);
    await super.canActivate(context);
    if (request.principal !== undefined) demandAddress(request.principal, request);
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(REQUIRED_PERMISSION, targets);
    if (permission !== undefined) demand(permission, request.principal);
    return true;
  }

  override getAuthenticateOptions(): { session: boolean; property: string } {
    return { session: false, property: 'principal' };
  }

  override handleRequest<P = Principal>(error: unknown, principal: P | false | null): P {
    if (error !== null && error !== undefined) throw error as Error;
    if (!principal) throw new ApiError('invalid_token');
    return principal;
  }
}

function demand(permission: Permission, principal: Principal | undefined): void {
  if (principal?.may(permission)) return;
  const challenge = bearerChallenge('insufficient_scope', permission === 'session' ? undefined : permission);
  throw new ApiError('insufficient_scope', { headers: { 'www-authenticate': challenge } });
}

/** Fails closed: an address that cannot be read is in no list. */
function demandAddress({ credential }: Principal, request: FastifyRequest): void {
  if (credential.kind === 'jwt' || credential.allowedIps.length === 0) return;
  if (!isListed(originOf(request).ip, credential.allowedIps)) throw new ApiError('address_not_allowed');
}
