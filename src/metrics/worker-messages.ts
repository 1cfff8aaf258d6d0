import type { Registry } from 'prom-client';

/** The metrics of one process, as they are passed on. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What the supervisor asks a worker. */
export interface MetricsQuestion {
  readonly askedMetrics: number;
}

/** What a worker answers, with the number of the question. */
export interface MetricsAnswer extends MetricsQuestion {
  readonly metrics: MetricValues;
}

export function isQuestion(message: unknown): message is MetricsQuestion {
  return typeof message === 'object' && message !== null && 'askedMetrics' in message && !('metrics' in message);
}

export function isAnswer(message: unknown): message is MetricsAnswer {
  return typeof message === 'object' && message !== null && 'askedMetrics' in message && 'metrics' in message;
}
