import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { Policy, type RoutePolicy } from '../http/route-policy.js';

export const IS_FOR_PROXIES = 'x-for-proxies';

/** The policy of a route that proxies call. They forward the `Accept` header of their client, so it must not cause a 406. */
export const FOR_PROXIES: RoutePolicy = { negotiates: false, isForProxies: true };

/** Marks a route that proxies call, for the guard, the error filter and the document's builder. Its query is a check. */
export function ForProxies(): MethodDecorator {
  return applyDecorators(Policy(FOR_PROXIES), SetMetadata(IS_FOR_PROXIES, true), ApiExtension(IS_FOR_PROXIES, true));
}
