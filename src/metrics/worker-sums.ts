import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import { MetricsListener } from './metrics-listener.js';
import { isAnswer, type MetricsQuestion, type MetricValues } from './worker-messages.js';
import { Measures, only } from './measures.js';

/** How long a scrape waits for the workers. */
const ANSWER_LIMIT_MS = 1000;

/** The metrics of a server with workers: the sums of what its workers count. */
class WorkerSums {
  private readonly own = new Measures();
  /** What each worker has answered last. */
  private readonly latest = new Map<number, MetricValues>();
  /** The totals of the workers that have ended. Without them a counter would fall, which reads as a restart of the server. */
  private readonly ended: MetricValues[] = [];
  private readonly waiting = new Map<number, (metrics: MetricValues | undefined) => void>();
  private questions = 0;
  private missed = 0;

  /** @param workers those that serve now */
  constructor(private readonly workers: () => readonly Worker[]) {
    this.own.readGauge({ name: 'personas_workers', help: 'Workers that serve' }, [], () => only(this.workers().length));
    this.own.readCounter(
      { name: 'personas_worker_answers_missed_total', help: 'Answers of workers that a scrape has waited for in vain' },
      [],
      () => only(this.missed),
    );
    cluster.on('message', (worker, message: unknown) => {
      if (isAnswer(message) && message.askedMetrics === this.questions) this.waiting.get(worker.id)?.(message.metrics);
    });
    cluster.on('exit', ({ id }) => {
      this.waiting.get(id)?.(undefined);
      this.ended.push(totalsOf(this.latest.get(id)));
      this.latest.delete(id);
    });
  }

  /** The sums in the text form of Prometheus. Call it again only after it has resolved. */
  async gather(): Promise<string> {
    const question: MetricsQuestion = { askedMetrics: ++this.questions };
    // Before the workers are asked: one that ends meanwhile must not count twice.
    const ended = this.ended.splice(0);
    const answers = await Promise.all(this.workers().map((worker) => this.ask(worker, question)));
    const own = await this.own.registry.getMetricsAsJSON();
    const text = await AggregatorRegistry.aggregate([...answers, ...ended, own]).metrics();
    this.ended.push(await AggregatorRegistry.aggregate(ended).getMetricsAsJSON());
    return text;
  }

  /** The metrics of a worker; of one that does not answer in time, the totals that it has answered last. */
  private async ask(worker: Worker, question: MetricsQuestion): Promise<MetricValues> {
    const before = this.latest.get(worker.id);
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<MetricValues | undefined>((resolve) => {
      this.waiting.set(worker.id, resolve);
      timer = setTimeout(resolve, ANSWER_LIMIT_MS, undefined);
      worker.send(question, (error) => {
        if (error !== null) resolve(undefined);
      });
    });
    clearTimeout(timer);
    this.waiting.delete(worker.id);
    if (answer === undefined) {
      this.missed += 1;
      return totalsOf(before);
    }
    this.latest.set(worker.id, answer);
    return answer;
  }
}

/** What only grows. A gauge of a worker that has ended says nothing of now. */
function totalsOf(metrics: MetricValues = []): MetricValues {
  return metrics.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
}

/** The listener of a supervisor. @param workers those that serve now */
export function listenerOfWorkers(workers: () => readonly Worker[]): MetricsListener {
  const sums = new WorkerSums(workers);
  return new MetricsListener(() => sums.gather());
}
