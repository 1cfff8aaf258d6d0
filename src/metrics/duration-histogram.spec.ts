import { AggregatorRegistry, Histogram, type HistogramConfiguration, Registry } from 'prom-client';
import { DurationHistogram } from './duration-histogram.js';
import { WORK_BUCKETS } from './measures.js';

const DURATIONS_MS = [0, 0.25, 0.5, 0.500001, 1, 3, 10_000, 10_000.001, 3_600_000];
const LABELS = [{ kind: 'list' }, { kind: 'look_up' }, { kind: 'a "quoted"\nword' }] as const;

function configurationIn(registry: Registry): HistogramConfiguration<'kind'> & { readonly buckets: number[] } {
  return {
    name: 'durations_seconds',
    help: 'Durations',
    labelNames: ['kind'],
    registers: [registry],
    buckets: [...WORK_BUCKETS],
  };
}

describe('A histogram of durations', () => {
  test('tells the same as the one of the library, also as the sums of workers', async () => {
    const [own, library] = [new Registry(), new Registry()];
    const histogram = new DurationHistogram(configurationIn(own));
    const expected = new Histogram(configurationIn(library));
    for (const labels of LABELS) {
      const series = histogram.series(labels);
      for (const durationMs of DURATIONS_MS) {
        series.observe(durationMs);
        expected.observe(labels, durationMs / 1000);
      }
    }
    const text = await library.metrics();
    expect(text.split('\n')).toHaveLength(2 + LABELS.length * (WORK_BUCKETS.length + 3) + 1);
    expect(await own.metrics()).toBe(text);
    expect(await sumOf(own, own)).toBe(await sumOf(library, library));
  });

  test('tells of labels without a duration', async () => {
    const registry = new Registry();
    new DurationHistogram(configurationIn(registry)).series({ kind: 'list' });
    const text = await registry.metrics();
    expect(text).toContain('durations_seconds_bucket{le="0.0005",kind="list"} 0\n');
    expect(text).toContain('durations_seconds_count{kind="list"} 0\n');
  });
});

async function sumOf(...registries: Registry[]): Promise<string> {
  const answers = await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()));
  return AggregatorRegistry.aggregate(answers).metrics();
}
