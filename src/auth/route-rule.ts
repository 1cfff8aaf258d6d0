import type { ExecutionContext } from '@nestjs/common';
import type { LoginRequirement } from '../guard/login-proof.js';
import { IS_FOR_PROXIES } from './for-proxies.decorator.js';
import type { Permission } from './principal.js';
import { IS_FOR_CLIENTS } from './for-clients.decorator.js';
import { IS_PUBLIC } from './public.decorator.js';
import { REQUIRED_LOGIN } from './recent-login.decorator.js';
import { REQUIRED_PERMISSION } from './requires.decorator.js';

/** What a route's decorators require of a request. */
export interface RouteRule {
  readonly isPublic: boolean;
  /** Whether the query of the request is a check. */
  readonly isForProxies: boolean;
  /** Whether OAuth clients call it, whose credential may be in the form. */
  readonly isForClients: boolean;
  readonly permission: Permission | undefined;
  readonly login: LoginRequirement | undefined;
}

const rules = new WeakMap<object, RouteRule>();

/** The rule of the requested route. The decorators of a route are read once. */
export function ruleOf(context: ExecutionContext): RouteRule {
  const handler = context.getHandler();
  let rule = rules.get(handler);
  if (rule === undefined) {
    rule = {
      isPublic: Reflect.getMetadata(IS_PUBLIC, handler) === true,
      isForProxies: Reflect.getMetadata(IS_FOR_PROXIES, handler) === true,
      isForClients: Reflect.getMetadata(IS_FOR_CLIENTS, handler) === true,
      permission: Reflect.getMetadata(REQUIRED_PERMISSION, handler) as Permission | undefined,
      login: Reflect.getMetadata(REQUIRED_LOGIN, handler) as LoginRequirement | undefined,
    };
    rules.set(handler, rule);
  }
  return rule;
}
