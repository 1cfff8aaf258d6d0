import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const IS_FOR_PROXIES = 'x-for-proxies';

/**
 * Marks a route that proxies call, for the guard and the document's builder. Proxies pass on 401, 403, 429 and 503 and replace
 * any other error by their own 500. Such a route therefore answers two different credentials with 401 instead of 400.
 */
export function ForProxies(): MethodDecorator {
  return applyDecorators(SetMetadata(IS_FOR_PROXIES, true), ApiExtension(IS_FOR_PROXIES, true));
}
