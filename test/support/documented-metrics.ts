import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A metric as docs/metrics.md describes it. */
export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const PAGE = join(__dirname, '../../docs/metrics.md');
const ROW = /^\| `(\w+)` +\| (counter|gauge|histogram) +\| ((?:`\w+`(?:, )?)*) *\|/gm;

/** Those of every server, and those of a server with workers alone. */
export function documentedMetrics(): { readonly all: DocumentedMetric[]; readonly ofWorkers: DocumentedMetric[] } {
  const [all = '', ofWorkers = ''] = readFileSync(PAGE, 'utf8').split('With `WORKERS`, there are two more:');
  return { all: metricsIn(all), ofWorkers: metricsIn(ofWorkers) };
}

function metricsIn(text: string): DocumentedMetric[] {
  return [...text.matchAll(ROW)].map(([, name = '', type = '', labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/\w+/g)].map(([label]) => label),
  }));
}
