import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Drain } from '../http/drain.js';
import { acceptsJson } from '../http/accepts-json.js';
import type { Manners } from '../http/api-manners.js';
import type { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';

/** All that is said of a principal: the headers, and the text that follows them. */
export interface SaidOfPrincipal {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A route whose answer depends on the principal alone. */
export interface AnsweredAhead {
  readonly manners: Manners;
  /** What its handler answers as well; said once of a principal, which does not change. */
  readonly say: (principal: Principal) => SaidOfPrincipal;
}

/**
 * Answers some routes, by their paths, as soon as the guard remembers the credential, ahead of Fastify and Nest, which would
 * take longer than all the rest. Any other request takes the way of every request, refusals included.
 * @returns what answers a request, or tells that it has not.
 */
export function answerAhead(
  authenticator: Authenticator,
  drain: Drain,
  routes: ReadonlyMap<string, AnsweredAhead>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const saidAt = new Map([...routes].map(([path, { manners, say }]) => [path, { manners, said: onceOfEach(say) }]));
  return (request, response) => {
    const route = request.method === 'GET' ? saidAt.get(request.url ?? '') : undefined;
    if (route === undefined || drain.hasBegun || !isPlain(request, route.manners)) return false;
    try {
      const principal = authenticator.authenticateCached(request);
      if (principal === undefined) return false;
      const { headers, text } = route.said(principal);
      response.writeHead(200, headers).end(text);
      return true;
    } catch {
      // What fails here fails again on the way of every request, and is answered there.
      return false;
    }
  };
}

/** Whether nothing about a request calls for more than its credential: a refusal, or headers for a page of another origin. */
function isPlain({ headers }: IncomingMessage, { negotiates }: Manners): boolean {
  return headers.host !== undefined && headers.origin === undefined && (!negotiates || acceptsJson(headers.accept));
}

function onceOfEach<Subject extends object, Said>(say: (subject: Subject) => Said): (subject: Subject) => Said {
  const known = new WeakMap<Subject, Said>();
  return (subject) => {
    let said = known.get(subject);
    if (said === undefined) {
      said = say(subject);
      known.set(subject, said);
    }
    return said;
  };
}
