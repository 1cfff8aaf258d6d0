import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Settings } from '../config/settings.js';
import { acceptsJson } from '../http/accepts-json.js';
import { forgetExchange } from '../http/errors/client-error.js';
import { hasBody, type HeadCheck, headCheckOf } from '../http/request-head.js';
import { type RequestIds, requestIdsBehind } from '../http/request-id.js';
import type { RoutePolicy } from '../http/route-policy.js';
import type { Form } from '../http/form-body.js';
import { Authenticator } from './authenticator.js';
import { fastAnswer } from './fast-answer.js';
import { memoizeByObject } from './memoize-by-object.js';
import { plainFormLength, readPlainForm } from './plain-form.js';
import type { Principal } from './principal.js';
import { AnswerRenderer, type PrincipalResponse, type RenderedAnswer, writeAnswer } from './rendered-answer.js';

/** A route whose response depends on the principal alone. */
export interface FastRoute {
  readonly policy: RoutePolicy;
  /** The same response as the handler's. It is rendered once for a principal, since a principal is immutable. */
  readonly render: (principal: Principal) => PrincipalResponse;
  /** Whether the handler serves a principal, and does not refuse it; if undefined, it serves all. */
  readonly serves?: (principal: Principal) => boolean;
  /** The response to a request without a credential, if the route has one for it. */
  readonly anonymous?: (request: IncomingMessage) => PrincipalResponse | undefined;
}

/** How many requests of a path the fast path has answered. */
export interface FastPathCount {
  readonly method: 'GET' | 'POST';
  /** Without the query. */
  readonly path: string;
  requests: number;
}

type AnswerTo = (principal: Principal) => RenderedAnswer;

interface Served {
  readonly answerTo: AnswerTo;
  readonly count: FastPathCount;
}

interface RenderedRoute extends FastRoute, Served {}

/**
 * Fast path: serves registered routes from cached responses before Fastify and Nest run, because routing through them takes
 * longer than all other work of a check. It serves only requests whose credential is cached, with a permit at
 * hand if it has a rate limit. Every other request, and every
 * refusal, goes through the ordinary pipeline.
 */
@Injectable()
export class FastPath {
  private readonly renderer: AnswerRenderer;
  private readonly routes = new Map<string, RenderedRoute>();
  private readonly checks = new Map<string, Served>();
  private readonly counts: FastPathCount[] = [];
  /** Routes that render in the same way, such as the checks with one query or another, have the same answers. */
  private readonly answering = memoizeByObject((render: FastRoute['render']): AnswerTo =>
    memoizeByObject((principal: Principal) => this.renderer.render(render(principal))),
  );

  private readonly idOf: RequestIds;
  private readonly problemOf: HeadCheck;

  constructor(
    private readonly authenticator: Authenticator,
    settings: Settings,
  ) {
    this.renderer = new AnswerRenderer(settings);
    this.idOf = requestIdsBehind(settings.trustedProxies);
    this.problemOf = headCheckOf(settings);
  }

  /**
   * Has the fast path serve a path, with or without a query, from now on. The handler's response must equal that of the route.
   * For a route without a query, call it before Nest registers the routes.
   */
  register(target: string, route: FastRoute): void {
    const [path = target] = target.split('?', 1);
    this.routes.set(target, { ...route, answerTo: this.answering(route.render), count: this.countOf('GET', path) });
  }

  /** Has the ordinary pipeline serve it again. */
  unregister(target: string): void {
    this.routes.delete(target);
  }

  /**
   * Like {@link register}, for a route at which OAuth clients ask about a token, in a form. `render` is for the principal of the
   * token.
   */
  registerCheck(path: string, render: FastRoute['render']): void {
    this.checks.set(path, { answerTo: this.answering(render), count: this.countOf('POST', path) });
  }

  /** How many requests it has answered since the start, for each path that was ever registered. */
  answered(): readonly FastPathCount[] {
    return this.counts;
  }

  private countOf(method: FastPathCount['method'], path: string): FastPathCount {
    const known = this.counts.find((count) => count.method === method && count.path === path);
    if (known !== undefined) return known;
    const count = { method, path, requests: 0 };
    this.counts.push(count);
    return count;
  }

  /** Whether a request only checks a credential, whichever way it is served. */
  isCheck({ url = '' }: IncomingMessage): boolean {
    return this.routes.has(url) || this.checks.has(url);
  }

  /** Serves a request. @returns false if the ordinary pipeline must serve it. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const route = this.routeOf(request);
    if (route === undefined) return false;
    const begunMs = fastAnswer.isWatched ? performance.now() : 0;
    try {
      const anonymous = route.anonymous?.(request);
      const principal =
        anonymous === undefined ? this.authenticator.authenticateCached(request, response, route.serves) : undefined;
      if (anonymous === undefined && principal === undefined) return false;
      const answer = principal === undefined ? this.renderer.render(anonymous ?? {}) : route.answerTo(principal);
      const requestId = this.write(request, response, answer, route);
      if (fastAnswer.isWatched) tell(request, requestId, route, begunMs, principal);
      return true;
    } catch {
      // The ordinary pipeline raises the same error again and answers it.
      return false;
    }
  }

  /**
   * Has a credential looked up again that was cached too long ago. The request is for {@link answer} once more then: the ordinary
   * pipeline would take as long as the look-up, each minute for each credential.
   * @returns undefined if the ordinary pipeline must serve the request. Never rejects.
   */
  renew(request: IncomingMessage): Promise<unknown> | undefined {
    return this.routeOf(request) === undefined ? undefined : this.authenticator.renew(request);
  }

  /**
   * Takes a request whose body has to be read first.
   * @param pass has the ordinary pipeline serve it after all, as if nothing had been read.
   * @returns false if the ordinary pipeline must serve it.
   */
  take(request: IncomingMessage, response: ServerResponse, pass: () => void): boolean {
    const check = request.method === 'POST' ? this.checks.get(request.url ?? '') : undefined;
    if (check === undefined || !hasPlainHead(request, true, this.problemOf)) return false;
    const length = plainFormLength(request);
    if (length === undefined) return false;
    const begunMs = fastAnswer.isWatched ? performance.now() : 0;
    request.once('readable', () => {
      const bytes = request.read() as Buffer | null;
      const form = bytes?.length === length ? readPlainForm(bytes.toString('latin1')) : undefined;
      if (form !== undefined && this.answerCheck(form, request, response, check, begunMs)) return;
      if (bytes !== null) request.unshift(bytes);
      pass();
    });
    return true;
  }

  private routeOf(request: IncomingMessage): RenderedRoute | undefined {
    const route = request.method === 'GET' ? this.routes.get(request.url ?? '') : undefined;
    return route === undefined || !isPlain(request, route.policy, this.problemOf) ? undefined : route;
  }

  private answerCheck(
    form: Form,
    request: IncomingMessage,
    response: ServerResponse,
    check: Served,
    begunMs: number,
  ): boolean {
    try {
      const principal = this.authenticator.checkCached(form.token ?? '', request, form, response);
      if (principal === undefined) return false;
      const requestId = this.write(request, response, check.answerTo(principal), check);
      if (fastAnswer.isWatched)
        tell(request, requestId, check, begunMs, this.authenticator.callerCached(request, form, response));
      if (response.shouldKeepAlive) forgetExchange(request);
      return true;
    } catch {
      return false;
    }
  }

  /** @returns the id of the request */
  private write(request: IncomingMessage, response: ServerResponse, answer: RenderedAnswer, { count }: Served): string {
    const requestId = this.idOf(request);
    writeAnswer(answer, requestId, response);
    count.requests += 1;
    return requestId;
  }
}

/**
 * Whether a request needs nothing beyond its credential check. The ordinary pipeline must handle refusals, CORS headers, and
 * requests with a body, because the parser has not validated their framing yet.
 */
function isPlain(request: IncomingMessage, { negotiates }: RoutePolicy, problemOf: HeadCheck): boolean {
  return !hasBody(request) && hasPlainHead(request, negotiates, problemOf);
}

function hasPlainHead(request: IncomingMessage, negotiates: boolean, problemOf: HeadCheck): boolean {
  const { headers } = request;
  return (
    headers.host !== undefined &&
    headers.origin === undefined &&
    problemOf(request) === undefined &&
    (!negotiates || acceptsJson(headers.accept))
  );
}

function tell(
  request: IncomingMessage,
  requestId: string,
  { count }: Served,
  begunMs: number,
  principal: Principal | undefined,
): void {
  fastAnswer.send({ request, requestId, route: count.path, principal, durationMs: performance.now() - begunMs });
}
