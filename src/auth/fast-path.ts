import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Settings } from '../config/settings.js';
import { acceptsJson } from '../http/accepts-json.js';
import { API_HEADERS, JSON_UTF8, type Manners } from '../http/api-manners.js';
import { originVary } from '../http/cors.js';
import { headProblemOf } from '../http/request-head.js';
import { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';

/** All that a handler says of a principal: headers beyond those of every answer, and a body of JSON unless it has none. */
export interface SaidOfPrincipal {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** A route whose answer depends on the principal alone. */
export interface FastRoute extends Manners {
  /** What its handler answers as well; said once of a principal, which does not change. */
  readonly say: (principal: Principal) => SaidOfPrincipal;
}

interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Answers some routes, by their paths, as soon as the authenticator remembers the credential, ahead of Fastify and Nest, which
 * would take longer than all the rest. Any other request takes the way of every request, refusals included.
 */
@Injectable()
export class FastPath {
  private readonly routes = new Map<string, Manners & { readonly answerTo: (principal: Principal) => Answer }>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly settings: Settings,
  ) {}

  /** To be called where the handler is that the route's answers must equal, before the routes are made. */
  register(path: string, { negotiates, say }: FastRoute): void {
    const vary = originVary(this.settings);
    const answerTo = onceOfEach((principal: Principal): Answer => {
      const { headers, body } = say(principal);
      const text = body === undefined ? '' : JSON.stringify(body);
      const type: Record<string, string> = body === undefined ? {} : { 'content-type': JSON_UTF8 };
      const length = { 'content-length': String(Buffer.byteLength(text)) };
      return { headers: { ...vary, ...type, ...API_HEADERS, ...headers, ...length }, text };
    });
    this.routes.set(path, { negotiates, answerTo });
  }

  /** What the ordinary way to a path has to observe as well. */
  mannersOf(path: string): Manners {
    return this.routes.get(path) ?? { negotiates: true };
  }

  /** Answers a request, or tells that it has not. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const route = request.method === 'GET' ? this.routes.get(request.url ?? '') : undefined;
    if (route === undefined || !isPlain(request, route)) return false;
    try {
      const principal = this.authenticator.authenticateCached(request);
      if (principal === undefined) return false;
      const { headers, text } = route.answerTo(principal);
      response.writeHead(200, headers).end(text);
      return true;
    } catch {
      // What fails here fails again on the way of every request, and is answered there.
      return false;
    }
  }
}

/** Whether nothing about a request calls for more than its credential: a refusal, or headers for a page of another origin. */
function isPlain(request: IncomingMessage, { negotiates }: Manners): boolean {
  const { headers } = request;
  return (
    headers.host !== undefined &&
    headers.origin === undefined &&
    headProblemOf(request) === undefined &&
    (!negotiates || acceptsJson(headers.accept))
  );
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
