import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AsyncLocalStorage } from 'node:async_hooks';
import { VERSION } from '../config/version.js';
import { hashEnd } from '../crypto/crypto-queue.js';
import { queryEnd, writeEnd } from '../database/database-signals.js';
import { readTraceparent } from '../guard/trace-context.js';
import { noteSpan } from '../http/request-trace.js';
import { mailEnd } from '../mail/mail-signal.js';
import { readAddress } from '../net/address.js';

type Api = typeof import('@opentelemetry/api');

/** Where all copies of the library of version 1 find what an SDK has registered with one of them. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');
const FIRST_FAULT = 500;
/** Where the flags of a `traceparent` begin. */
const FLAGS_START = 53;

declare module 'fastify' {
  interface FastifyRequest {
    /** The context of the span of the request, where spans are made. */
    traceContext?: Context;
  }
}

/**
 * Makes spans of requests and of the work for them, if an SDK of OpenTelemetry was loaded with `--import` ahead of the server.
 * Without one, the library is not even loaded. No span holds what a client sends freely, such as a URL, a header or a body.
 */
export class Spans {
  /** The context of the request that is served: an SDK need not bring a manager of contexts. */
  private readonly current = new AsyncLocalStorage<Context>();
  private readonly tracer: Tracer;

  private constructor(private readonly api: Api) {
    this.tracer = api.trace.getTracer('elastic-personas', VERSION);
    const { current } = this;
    // Work that no request waits for, such as polls, would be a trace of its own each second.
    queryEnd.watch(({ kind, durationMs }) => {
      this.addSpan(`database ${kind}`, durationMs, current.getStore());
    });
    writeEnd.watch(({ durationMs }) => {
      this.addSpan('database change', durationMs, current.getStore());
    });
    hashEnd.watch(({ durationMs, waitedMs }) => {
      this.addSpan('hash', durationMs, current.getStore(), { 'personas.hash.waited_ms': waitedMs });
    });
    mailEnd.watch(({ durationMs }) => {
      this.addSpan('send mail', durationMs, api.ROOT_CONTEXT);
    });
  }

  /** @returns undefined if no SDK is registered */
  static async ofSdk(): Promise<Spans | undefined> {
    const registered = (globalThis as { [REGISTRY]?: { readonly trace?: unknown } })[REGISTRY];
    if (registered?.trace === undefined) return undefined;
    return new Spans(await import('@opentelemetry/api'));
  }

  /** It must be called before the routes are registered. */
  watch(fastify: FastifyInstance): void {
    fastify.decorateRequest('traceContext');
    fastify.addHook('onRequest', (request, reply, done) => {
      const context = this.begin(request, reply);
      request.traceContext = context;
      this.within(context, done);
    });
    // The body is read in the context of its connection.
    fastify.addHook('preValidation', (request, _reply, done) => {
      this.within(request.traceContext, done);
    });
  }

  private within(context: Context | undefined, act: () => void): void {
    if (context === undefined) {
      act();
      return;
    }
    this.current.run(context, () => {
      this.api.context.with(context, act);
    });
  }

  private begin(request: FastifyRequest, reply: FastifyReply): Context {
    const { trace, SpanKind } = this.api;
    const parent = this.parentOf(request);
    const { method, ip } = request;
    const route = request.is404 ? undefined : request.routeOptions.url;
    const attributes: Attributes = {
      'http.request.method': method,
      'url.scheme': request.protocol,
      ...(route === undefined ? {} : { 'http.route': route }),
      ...(readAddress(ip) === undefined ? {} : { 'client.address': ip }),
    };
    const name = route === undefined ? method : `${method} ${route}`;
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    const { traceId, spanId } = span.spanContext();
    noteSpan(request.raw, { traceId, spanId });
    reply.raw.once('close', () => {
      this.end(span, request, reply);
    });
    return trace.setSpan(parent, span);
  }

  /** The context of the client's span, which the standard alone names: an SDK need not bring a propagator. */
  private parentOf({ headers: { traceparent, tracestate } }: FastifyRequest): Context {
    const { ROOT_CONTEXT, trace, createTraceState } = this.api;
    const header = typeof traceparent === 'string' ? traceparent : undefined;
    const client = readTraceparent(header);
    if (client === undefined || header === undefined) return ROOT_CONTEXT;
    const traceFlags = Number.parseInt(header.slice(FLAGS_START, FLAGS_START + 2), 16);
    const state = tracestate === undefined ? {} : { traceState: createTraceState([tracestate].flat().join(',')) };
    return trace.setSpanContext(ROOT_CONTEXT, { ...client, traceFlags, isRemote: true, ...state });
  }

  private end(span: Span, { id }: FastifyRequest, { raw, statusCode, errorCode }: FastifyReply): void {
    const { SpanStatusCode } = this.api;
    span.setAttribute('personas.request.id', id);
    if (raw.writableFinished) span.setAttribute('http.response.status_code', statusCode);
    if (errorCode !== undefined) span.setAttribute('error.type', errorCode);
    // As the conventions say of servers: a mistake of the client is none of the server.
    if (statusCode >= FIRST_FAULT) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  /** Adds the span of what has just ended, below that of its request; none without one. */
  private addSpan(name: string, durationMs: number, context: Context | undefined, attributes: Attributes = {}): void {
    if (context === undefined) return;
    const end = performance.timeOrigin + performance.now();
    this.tracer.startSpan(name, { attributes, startTime: end - durationMs }, context).end(end);
  }
}
