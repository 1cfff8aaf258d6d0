import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { LoginRequirement } from '../guard/login-proof.js';

export const REQUIRED_LOGIN = 'x-required-login';

/** How long a login counts as recent at this server's own routes, in seconds. */
export const RECENT_LOGIN_SECONDS = 600;

/**
 * Requires that the user logged in a short while ago, and documents it: for what a stolen JWT must not do. A principal without it
 * gets 401. An auth header never passes, so it comes with `@Requires('session')`.
 */
export function RecentLogin(): MethodDecorator {
  const required: LoginRequirement = { maxAgeSeconds: RECENT_LOGIN_SECONDS };
  return applyDecorators(SetMetadata(REQUIRED_LOGIN, required), ApiExtension(REQUIRED_LOGIN, required));
}
