import type { TestServer } from './server.js';

/** Settings of a server with metrics. */
export const WITH_METRICS = { METRICS_PORT: '0' };

/** A line of the metrics. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Prometheus reads, at one moment. */
export class Scrape {
  readonly samples: readonly Sample[];

  constructor(readonly text: string) {
    this.samples = text.split('\n').flatMap((line) => (line === '' || line.startsWith('#') ? [] : [sampleOf(line)]));
  }

  static async of(server: Pick<TestServer, 'output'>): Promise<Scrape> {
    return new Scrape(await (await fetch(metricsUrlOf(server))).text());
  }

  /** The sum of all samples of a name with some labels; undefined if there is none. */
  find(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const found = this.samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }

  /** The names of the metrics, with what each is. */
  types(): ReadonlyMap<string, string> {
    const lines = this.text.matchAll(/^# TYPE (\S+) (\S+)$/gm);
    return new Map([...lines].map(([, name = '', type = '']) => [name, type]));
  }

  /** How much each sample of a name has grown since another scrape, by its labels; those that have not are left out. */
  growth(since: Scrape, name: string): Record<string, number> {
    const grown: Record<string, number> = {};
    for (const sample of this.samples.filter((one) => one.name === name)) {
      const more = sample.value - (since.find(name, sample.labels) ?? 0);
      if (more !== 0) grown[Object.values(sample.labels).join(' ')] = more;
    }
    return grown;
  }
}

/** Where a server has said that its metrics are. */
export function metricsUrlOf(server: Pick<TestServer, 'output'>): string {
  const [, url] = /The metrics are at (\S+)/.exec(server.output()) ?? [];
  if (url === undefined) throw new Error(`No metrics: ${server.output()}`);
  return url;
}

function sampleOf(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const pairs = labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  return {
    name,
    labels: Object.fromEntries([...pairs].map(([, key = '', text = '']) => [key, text])),
    value: Number(value),
  };
}
