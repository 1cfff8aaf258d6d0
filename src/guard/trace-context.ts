/** Where a request belongs in a trace (W3C Trace Context). */
export interface TraceContext {
  readonly traceId: string;
  /** The span that has sent the request. */
  readonly spanId: string;
}

/** Version, trace, parent and flags. A later version may add to the end. */
const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/;
const INVALID_VERSION = 'ff';
const ONLY_ZEROS = /^0+$/;

/** The trace in a header `traceparent`; undefined if the header is not valid, and must be ignored. */
export function readTraceparent(header: string | undefined): TraceContext | undefined {
  if (header === undefined) return undefined;
  const [, version, traceId, spanId, more] = TRACEPARENT.exec(header) ?? [];
  if (traceId === undefined || spanId === undefined || version === INVALID_VERSION) return undefined;
  if ((version === '00' && more !== undefined) || ONLY_ZEROS.test(traceId) || ONLY_ZEROS.test(spanId)) return undefined;
  return { traceId, spanId };
}
