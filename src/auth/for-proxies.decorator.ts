import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const IS_FOR_PROXIES = 'x-for-proxies';

/**
 * For a route that proxies ask, and says so to the document's builder. They understand 401, 403, 429 and 503, and make anything
 * else their own 500: two credentials, elsewhere 400, are no good credential there.
 */
export function ForProxies(): MethodDecorator {
  return applyDecorators(SetMetadata(IS_FOR_PROXIES, true), ApiExtension(IS_FOR_PROXIES, true));
}
