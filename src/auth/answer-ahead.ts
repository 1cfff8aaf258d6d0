import type { FastifyReply, onRequestHookHandler } from 'fastify';
import type { Drain } from '../health/drain.js';
import { acceptsJson } from '../http/accepts-json.js';
import type { Manners } from '../http/api-manners.js';
import type { CredentialGuard } from './credential.guard.js';
import type { Principal } from './principal.js';

/** All that is said of a principal: the headers, and the text that follows them. */
export interface SaidOfPrincipal {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Answers a route whose answer depends on the principal alone as soon as the guard remembers the credential, ahead of Nest's
 * pipeline, which would take longer than all the rest. Any other request takes the way of every request, refusals included.
 * @param say what its handler answers as well; said once of a principal, which does not change.
 */
export function answerAhead(
  guard: CredentialGuard,
  drain: Drain,
  say: (principal: Principal) => SaidOfPrincipal,
  { negotiates }: Manners,
): onRequestHookHandler {
  const said = new WeakMap<Principal, SaidOfPrincipal>();
  return (request, reply, done) => {
    const mayAnswer = !drain.hasBegun && (!negotiates || acceptsJson(request.headers.accept));
    const principal = mayAnswer ? guard.recall(request) : undefined;
    if (principal === undefined) {
      done();
      return;
    }
    let answer = said.get(principal);
    if (answer === undefined) {
      answer = say(principal);
      said.set(principal, answer);
    }
    send(reply, answer);
  };
}

/** Past what such an answer needs nothing of: a serialiser, and hooks that look at it. */
function send(reply: FastifyReply, { headers, text }: SaidOfPrincipal): void {
  reply.hijack();
  reply.raw.writeHead(200, headers).end(text);
}
