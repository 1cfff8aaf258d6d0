import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError, bearerChallenge, loginRefusal } from '../errors/api-error.js';
import type { Form } from '../http/form-body.js';
import { replyOf, requestOf } from '../http/request-of.js';
import { Authenticator } from './authenticator.js';
import { CredentialRefusals, knownOf } from './credential-refusals.js';
import type { Principal } from './principal.js';
import { type RouteRule, ruleOf } from './route-rule.js';
import { VerifyCheck } from './verify-check.js';

/** The one guard of every route that is not public: it authenticates the request and checks the permission. */
@Injectable()
export class CredentialGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly refusals: CredentialRefusals,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = ruleOf(context);
    const { isPublic, isForClients, isForProxies } = rule;
    if (isPublic) return true;
    const request = requestOf(context);
    const check = isForProxies ? new VerifyCheck(request.url) : undefined;
    if (check?.isMetWithoutCredential(request.raw) === true) return true;
    const response = replyOf(context).raw;
    const principal = isForClients
      ? this.authenticator.authenticateClient(request.raw, (request.body ?? {}) as Form, response)
      : this.authenticator.authenticate(request.raw, response);
    // A cached principal is used without `await`: a promise would cost each request an extra microtask.
    if (!(principal instanceof Promise)) return this.authorize(principal, request, rule, check);
    return principal.then((verified) => this.authorize(verified, request, rule, check));
  }

  private authorize(
    principal: Principal,
    request: FastifyRequest,
    rule: RouteRule,
    check: VerifyCheck | undefined,
  ): true {
    const refusal = refusalOf(principal, rule, check);
    if (refusal === undefined) {
      request.principal = principal;
      return true;
    }
    if (refusal.code === 'insufficient_scope') this.refusals.publish(knownOf(principal), 'scope', request);
    throw refusal;
  }
}

function refusalOf(
  principal: Principal,
  { permission, login }: RouteRule,
  check: VerifyCheck | undefined,
): ApiError | undefined {
  if (check?.isMetBy(principal) === false) return check.refusalOf(principal);
  if (permission !== undefined && !principal.may(permission)) {
    const challenge = bearerChallenge('insufficient_scope', permission === 'session' ? undefined : permission);
    return new ApiError('insufficient_scope', { headers: { 'www-authenticate': challenge } });
  }
  return login !== undefined && !principal.meetsLogin(login) ? loginRefusal(login) : undefined;
}
