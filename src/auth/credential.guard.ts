import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError, bearerChallenge, loginRefusal } from '../errors/api-error.js';
import type { Form } from '../http/form-body.js';
import { replyOf, requestOf } from '../http/request-of.js';
import { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';
import { type RouteRule, ruleOf } from './route-rule.js';
import { VerifyCheck } from './verify-check.js';

/** The one guard of every route that is not public: it authenticates the request and checks the permission. */
@Injectable()
export class CredentialGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

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
    if (!(principal instanceof Promise)) return authorize(principal, request, rule, check);
    return principal.then((verified) => authorize(verified, request, rule, check));
  }
}

function authorize(
  principal: Principal,
  request: FastifyRequest,
  { permission, login }: RouteRule,
  check: VerifyCheck | undefined,
): true {
  if (check?.isMetBy(principal) === false) throw check.refusalOf(principal);
  if (permission !== undefined && !principal.may(permission)) {
    const challenge = bearerChallenge('insufficient_scope', permission === 'session' ? undefined : permission);
    throw new ApiError('insufficient_scope', { headers: { 'www-authenticate': challenge } });
  }
  if (login !== undefined && !principal.meetsLogin(login)) throw loginRefusal(login);
  request.principal = principal;
  return true;
}
