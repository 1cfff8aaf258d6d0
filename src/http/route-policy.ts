import { RouteConfig } from '@nestjs/platform-fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: RoutePolicy;
  }
}

/** The properties in which routes differ. */
export interface RoutePolicy {
  /** Whether a client that accepts no type of the success response gets 406. If false, it gets the response anyway. */
  readonly negotiates: boolean;
  /** A media type of the success response other than JSON, for a client that accepts this one and no JSON. */
  readonly alternativeType?: string;
  /**
   * Whether proxies call the route. They pass on 401, 403, 429 and 503 to their client and replace any other error by their own
   * 500, so the route refuses with these statuses only.
   */
  readonly isForProxies?: boolean;
  /** Whether probes call the route, which come past the proxy and so by plain http. */
  readonly isForProbes?: boolean;
  /** Whether the body is a form, `application/x-www-form-urlencoded`, and no JSON. */
  readonly takesForm?: boolean;
}

/** The policy of a route that declares none. */
export const DEFAULT_POLICY: RoutePolicy = { negotiates: true };

/** Declares the policy of a route. */
export function Policy(policy: RoutePolicy): MethodDecorator {
  return RouteConfig({ policy });
}
