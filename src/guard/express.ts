import type { CheckOptions, Guard } from './guard.js';
import { guardErrorOf } from './guard-error.js';
import { checkRequest, type NodeRequest, type NodeResponse, sendRefusal } from './node.js';

export { principalOf } from './principal.js';

/** What Express adds to a request: its `trust proxy` decides which address `ip` is. */
type ExpressRequest = NodeRequest & { readonly ip?: string | undefined };

type ExpressMiddleware = (request: ExpressRequest, response: NodeResponse, next: (error?: unknown) => void) => void;

/** Middleware that lets a request pass if its credential is valid and has what is required. It answers every other one. */
export function requireCredential(guard: Guard, options: CheckOptions = {}): ExpressMiddleware {
  return (request, response, next) => {
    checkRequest(guard, request, { address: request.ip, ...options }).then(
      () => {
        next();
      },
      (error: unknown) => {
        if (guardErrorOf(error) === undefined) next(error);
        else sendRefusal(response, error);
      },
    );
  };
}
