import { ApiError } from '../../errors/api-error.js';

/** The statuses that a proxy passes on to its client or understands as "later". */
const UNDERSTOOD = [401, 403, 429, 503];

/**
 * The error of a route that proxies call, with a status that they understand. A faulty request of the proxy's client, such as one
 * with two different credentials, presents no valid credential; a fault of this server prevents a decision.
 */
export function refusalForProxies(error: ApiError): ApiError {
  if (UNDERSTOOD.includes(error.status)) return error;
  return error.status >= 500
    ? new ApiError('unavailable')
    : new ApiError('invalid_token', { message: error.localized });
}
