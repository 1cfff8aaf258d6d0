import type { FastifyReply, onRequestHookHandler } from 'fastify';
import type { CredentialGuard } from '../auth/credential.guard.js';
import type { Principal } from '../auth/principal.js';
import type { Drain } from '../health/drain.js';
import { identityOf } from './identity-headers.js';

/** The path of the one call that services make at each of their own requests. */
export const VERIFY_PATH = '/auth/verify';

/** Answers it as soon as the guard remembers the credential; for any other it takes the way of every request. */
export function verifyAhead(guard: CredentialGuard, drain: Drain): onRequestHookHandler {
  return (request, reply, done) => {
    const principal = drain.hasBegun ? undefined : guard.recall(request);
    if (principal === undefined) done();
    else answerIdentity(reply, principal);
  };
}

/** Past what this answer needs nothing of: a serialiser, and hooks that look at it. */
function answerIdentity(reply: FastifyReply, principal: Principal): void {
  reply.hijack();
  reply.raw.writeHead(200, identityOf(principal)).end();
}
