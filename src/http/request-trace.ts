import type { IncomingMessage } from 'node:http';
import { readTraceparent, type TraceContext } from '../guard/trace-context.js';

const spans = new WeakMap<IncomingMessage, TraceContext>();

/** Notes the span of this server for a request. */
export function noteSpan(request: IncomingMessage, span: TraceContext): void {
  spans.set(request, span);
}

/** Where a request belongs in a trace: the span of this server, if it makes spans, else that of the client. */
export function traceOf(request: IncomingMessage): TraceContext | undefined {
  const { traceparent } = request.headers;
  return spans.get(request) ?? readTraceparent(typeof traceparent === 'string' ? traceparent : undefined);
}
