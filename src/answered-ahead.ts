import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AnsweredAhead } from './auth/answer-ahead.js';
import type { Principal } from './auth/principal.js';
import { Settings } from './config/settings.js';
import { API_HEADERS, JSON_UTF8 } from './http/api-manners.js';
import { originVary } from './http/cors.js';
import { identityHeaders } from './integration/identity-headers.js';
import { UserAnswers } from './user/user-answers.js';

export type RoutesAhead = ReadonlyMap<string, AnsweredAhead>;

/** The routes, by their paths, that say nothing but whom a credential speaks for, and are asked the most. */
export function answeredAhead(app: NestFastifyApplication): RoutesAhead {
  const answers = app.get(UserAnswers);
  const vary = originVary(app.get(Settings));
  const verified = (principal: Principal) => ({
    headers: { ...vary, ...API_HEADERS, ...identityHeaders(principal), 'content-length': '0' },
    text: '',
  });
  const currentUser = (principal: Principal) => {
    const text = JSON.stringify(answers.currentUser(principal));
    const length = String(Buffer.byteLength(text));
    return { headers: { ...vary, 'content-type': JSON_UTF8, ...API_HEADERS, 'content-length': length }, text };
  };
  return new Map([
    // A proxy asks with the `Accept` of whoever it asks for.
    ['/auth/verify', { manners: { negotiates: false }, say: verified }],
    ['/user/me', { manners: { negotiates: true }, say: currentUser }],
  ]);
}
