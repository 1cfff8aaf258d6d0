import { Histogram, type HistogramConfiguration, type LabelValues } from 'prom-client';

/** A value that is told, with labels of its own and with those that it shares with others. */
interface SharedValue<Label extends string> {
  readonly metricName: string;
  readonly labels: Partial<Record<'le', string | number>>;
  readonly sharedLabels: LabelValues<Label>;
  readonly value: number;
}

declare module 'prom-client' {
  interface Histogram<T extends string> {
    /** What the registry reads, for a text itself and for an object by `get`. The declarations of the library leave it out. */
    getForPromString(): Promise<{ values: SharedValue<T>[] }>;
  }
}

/** Durations with the same labels. */
export class DurationSeries<Label extends string> {
  /** How many durations each bound is the first for; then how many are above all bounds. */
  private readonly counts: number[];
  private sumSeconds = 0;

  constructor(
    private readonly labels: LabelValues<Label>,
    private readonly boundsSeconds: readonly number[],
  ) {
    this.counts = Array<number>(boundsSeconds.length + 1).fill(0);
  }

  observe(milliseconds: number): void {
    const { boundsSeconds, counts } = this;
    const seconds = milliseconds / 1000;
    let index = 0;
    while (seconds > (boundsSeconds[index] ?? Infinity)) index += 1;
    counts[index] = (counts[index] ?? 0) + 1;
    this.sumSeconds += seconds;
  }

  /** @param name of the histogram */
  values(name: string): SharedValue<Label>[] {
    const valueOf = (metricName: string, labels: SharedValue<Label>['labels'], value: number): SharedValue<Label> => ({
      metricName,
      labels,
      sharedLabels: this.labels,
      value,
    });
    let count = 0;
    const buckets = this.counts.map((added, index) => {
      count += added;
      return valueOf(`${name}_bucket`, { le: this.boundsSeconds[index] ?? '+Inf' }, count);
    });
    return [...buckets, valueOf(`${name}_sum`, {}, this.sumSeconds), valueOf(`${name}_count`, {}, count)];
  }
}

/**
 * A histogram whose durations are added to numbers at hand. The library looks its numbers up at each observation, by a text that
 * it makes of all labels, which takes ten times as long: half a microsecond.
 */
export class DurationHistogram<Label extends string> extends Histogram<Label> {
  private readonly allSeries: DurationSeries<Label>[] = [];

  constructor(private readonly configuration: HistogramConfiguration<Label> & { readonly buckets: number[] }) {
    super(configuration);
  }

  /** Makes the series of some labels, which is told from then on. Call it once for the same labels. */
  series(labels: LabelValues<Label>): DurationSeries<Label> {
    const series = new DurationSeries(labels, this.configuration.buckets);
    this.allSeries.push(series);
    return series;
  }

  override async getForPromString(): Promise<{ values: SharedValue<Label>[] }> {
    const { name } = this.configuration;
    return { ...(await super.getForPromString()), values: this.allSeries.flatMap((series) => series.values(name)) };
  }
}
