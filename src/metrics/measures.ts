import { Counter, Gauge, type LabelValues, type MetricConfiguration, Registry } from 'prom-client';
import { DurationHistogram, type DurationSeries } from './duration-histogram.js';

/** Of the requests: OpenTelemetry's, and three below them, since a check takes less than its first. In seconds. */
export const REQUEST_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
/** Of what takes between a millisecond and some seconds. */
export const WORK_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A value with its labels. */
export interface Reading<Label extends string> {
  readonly labels: LabelValues<Label>;
  readonly value: number;
}

/** How the values of several workers make one, or none. */
export type Aggregator = 'sum' | 'average' | 'max' | 'first' | 'omit';

interface Described {
  readonly name: string;
  readonly help: string;
}

/**
 * The metrics of this process. Most are read where they are kept, when they are asked for, so that what is measured knows of no
 * metric; the others are counted from signals.
 */
export class Measures {
  readonly registry = new Registry();

  /** A number that only grows, read from where it is counted. */
  readCounter<Label extends string = never>(
    described: Described,
    labelNames: readonly Label[],
    read: () => Iterable<Reading<Label>>,
  ): void {
    new Counter({
      ...this.configuration(described, labelNames),
      collect() {
        this.reset();
        for (const { labels, value } of read()) this.inc(labels, value);
      },
    });
  }

  /** A number that changes, read where it is kept. One that is not known is left out. */
  readGauge<Label extends string = never>(
    described: Described,
    labelNames: readonly Label[],
    read: () => Iterable<Reading<Label>>,
    aggregator: Aggregator = 'sum',
  ): void {
    new Gauge({
      ...this.configuration(described, labelNames),
      aggregator,
      collect() {
        // A reset leaves a zero where there are no labels.
        if (labelNames.length > 0) this.reset();
        else this.remove();
        for (const { labels, value } of read()) this.set(labels, value);
      },
    });
  }

  /** A number that only grows, counted from a signal. */
  counter<Label extends string>(described: Described, labelNames: readonly Label[]): Counter<Label> {
    return new Counter(this.configuration(described, labelNames));
  }

  /** Durations. */
  histogram<Label extends string>(
    described: Described,
    labelNames: readonly Label[],
    bucketsSeconds: readonly number[],
  ): DurationHistogram<Label> {
    return new DurationHistogram({ ...this.configuration(described, labelNames), buckets: [...bucketsSeconds] });
  }

  /** Durations without labels. */
  durations(described: Described, bucketsSeconds: readonly number[]): DurationSeries<never> {
    return this.histogram<never>(described, [], bucketsSeconds).series({});
  }

  private configuration<Label extends string>(
    described: Described,
    labelNames: readonly Label[],
  ): MetricConfiguration<Label> {
    return { ...described, labelNames, registers: [this.registry] };
  }
}

/** One value without labels; none if it is not known. */
export function only(value: number | undefined): Reading<never>[] {
  return value === undefined ? [] : [{ labels: {}, value }];
}

/** A word of the server as labels are written. */
export function labelOf(word: string): string {
  return word.replaceAll('-', '_');
}
