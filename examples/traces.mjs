// Writes the spans of the server to a file: node --import ./examples/traces.mjs dist/main.js
// To send them elsewhere, replace the exporter, for instance by OTLPTraceExporter of @opentelemetry/exporter-trace-otlp-http.
import { trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { appendFileSync } from 'node:fs';
import process from 'node:process';

const file = process.env.SPANS_FILE ?? 'spans.jsonl';

const toFile = {
  export(spans, done) {
    const lines = spans.map((span) => {
      const { name, kind, parentSpanContext, attributes, status, duration } = span;
      const { traceId, spanId, traceState } = span.spanContext();
      const parent = parentSpanContext?.spanId;
      const state = traceState?.serialize();
      return `${JSON.stringify({ name, kind, traceId, spanId, parent, state, attributes, status, duration })}\n`;
    });
    appendFileSync(file, lines.join(''));
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};

const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'elastic-personas' }),
  spanProcessors: [new BatchSpanProcessor(toFile, { scheduledDelayMillis: 500 })],
});
trace.setGlobalTracerProvider(provider);
