import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { onRequestHookHandler } from 'fastify';
import { answerAhead } from './auth/answer-ahead.js';
import { CredentialGuard } from './auth/credential.guard.js';
import type { Principal } from './auth/principal.js';
import { Drain } from './health/drain.js';
import { API_HEADERS, JSON_TYPE } from './http/api-manners.js';
import { identityHeaders } from './integration/identity-headers.js';
import { UserAnswers } from './user/user-answers.js';

/** The call that services make at each of their own requests. */
export const VERIFY_PATH = '/auth/verify';

/** The routes, by their paths, that say nothing but whom a credential speaks for, and are asked the most. */
export function answeredAhead(app: NestFastifyApplication): ReadonlyMap<string, onRequestHookHandler> {
  const guard = app.get(CredentialGuard);
  const drain = app.get(Drain);
  const answers = app.get(UserAnswers);
  const verified = (principal: Principal) => ({
    headers: { ...API_HEADERS, ...identityHeaders(principal), 'content-length': '0' },
    text: '',
  });
  const currentUser = (principal: Principal) => {
    const text = JSON.stringify(answers.currentUser(principal));
    const length = String(Buffer.byteLength(text));
    return { headers: { 'content-type': JSON_TYPE, ...API_HEADERS, 'content-length': length }, text };
  };
  return new Map([
    [VERIFY_PATH, answerAhead(guard, drain, verified)],
    ['/user/me', answerAhead(guard, drain, currentUser)],
  ]);
}
