import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { onRequestHookHandler } from 'fastify';
import { answerAhead, type SaidOfPrincipal } from './auth/answer-ahead.js';
import { CredentialGuard } from './auth/credential.guard.js';
import type { Principal } from './auth/principal.js';
import { Drain } from './health/drain.js';
import { API_HEADERS, apiManners, JSON_UTF8, type Manners } from './http/api-manners.js';
import { identityHeaders } from './integration/identity-headers.js';
import { UserAnswers } from './user/user-answers.js';

/** What is done first at the routes, by their paths, that say nothing but whom a credential speaks for, and are asked the most. */
export function answeredAhead(app: NestFastifyApplication): ReadonlyMap<string, onRequestHookHandler[]> {
  const guard = app.get(CredentialGuard);
  const drain = app.get(Drain);
  const answers = app.get(UserAnswers);
  const route = (say: (principal: Principal) => SaidOfPrincipal, manners: Manners) => [
    answerAhead(guard, drain, say, manners),
    apiManners(drain, manners),
  ];
  const verified = (principal: Principal) => ({
    headers: { ...API_HEADERS, ...identityHeaders(principal), 'content-length': '0' },
    text: '',
  });
  const currentUser = (principal: Principal) => {
    const text = JSON.stringify(answers.currentUser(principal));
    const length = String(Buffer.byteLength(text));
    return { headers: { 'content-type': JSON_UTF8, ...API_HEADERS, 'content-length': length }, text };
  };
  return new Map([
    // A proxy asks with the `Accept` of whoever it asks for.
    ['/auth/verify', route(verified, { negotiates: false })],
    ['/user/me', route(currentUser, { negotiates: true })],
  ]);
}
