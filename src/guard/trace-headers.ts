import { readTraceparent } from './trace-context.js';

/** The headers that say where a request belongs in a trace (W3C Trace Context). */
export interface TraceHeaders {
  traceparent?: string;
  tracestate?: string;
}

/** The longest list of vendors that is passed on; the standard asks for 512 characters at least. */
const MAX_STATE_LENGTH = 8192;
/** Visible ASCII and blanks: `fetch` refuses what else a client may send. */
const STATE = /^[\t\x20-\x7e]+$/;
/** Where all copies of `@opentelemetry/api` of version 1 find what an SDK has registered with one of them. */
const API = Symbol.for('opentelemetry.js.api.1');

/** What an SDK has registered, as far as it is used here. */
interface Registered {
  readonly context?: { active(): unknown };
  readonly propagation?: {
    inject(
      context: unknown,
      carrier: TraceHeaders,
      setter: { set(to: TraceHeaders, name: string, value: string): void },
    ): void;
  };
}

/**
 * Where a question belongs in a trace: below the active span, if the service has an SDK of OpenTelemetry, else where the request
 * does for which it is asked. The library of OpenTelemetry is not imported: a service may have none.
 * @param rawHeaders names and values in turn
 */
export function traceHeadersOf(rawHeaders: readonly string[]): TraceHeaders {
  return ofActiveSpan() ?? ofRequest(rawHeaders);
}

function ofActiveSpan(): TraceHeaders | undefined {
  const { context, propagation } = (globalThis as { [API]?: Registered })[API] ?? {};
  if (context === undefined || propagation === undefined) return undefined;
  const headers: TraceHeaders = {};
  propagation.inject(context.active(), headers, {
    set: (to, name, value) => {
      // Baggage is for the services of a team, and may hold anything.
      if (name === 'traceparent' || name === 'tracestate') to[name] = value;
    },
  });
  return headers.traceparent === undefined ? undefined : headers;
}

function ofRequest(rawHeaders: readonly string[]): TraceHeaders {
  const [traceparent, ...others] = valuesOf('traceparent', rawHeaders);
  if (others.length > 0 || readTraceparent(traceparent) === undefined || traceparent === undefined) return {};
  const tracestate = valuesOf('tracestate', rawHeaders).join(',');
  const isPassedOn = tracestate.length <= MAX_STATE_LENGTH && STATE.test(tracestate);
  return { traceparent, ...(isPassedOn ? { tracestate } : {}) };
}

function valuesOf(header: string, rawHeaders: readonly string[]): string[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && name.toLowerCase() === header ? [rawHeaders[index + 1] ?? ''] : [],
  );
}
