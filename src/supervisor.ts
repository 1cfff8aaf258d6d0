import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from './config/settings.js';
import { whenNoneWaits } from './http/accept-queue.js';
import { LIFE, stopEntry } from './log/life-lines.js';
import type { Log } from './log/log.js';
import type { MetricsListener } from './metrics/metrics-listener.js';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** How long workers may take to stop, beyond DRAIN_DELAY. Each of them stops within eight seconds unless it hangs. */
const STOP_LIMIT_MS = 9000;
/** How long a stop waits until no connection waits. New ones may come faster than they are accepted. */
const ACCEPT_LIMIT_MS = 2000;
/** The pause before a worker that died is replaced. It doubles with each one that dies before it serves. */
const RESTART_DELAY_MS = 100;
const MAX_RESTART_DELAY_MS = 10_000;

/** What a worker tells when it serves. */
export interface ServingWorker {
  readonly url: string;
  readonly databaseName: string;
  readonly openFiles: readonly string[];
}

/**
 * Runs the server in several processes, which share its port. It replaces a worker that dies, and passes the signals that stop
 * the server to all of them. It serves nothing itself, so that nothing a request does can end it. The first worker starts alone,
 * because it makes what a first start makes.
 */
export class Supervisor {
  private isStopping = false;
  private restartDelayMs = RESTART_DELAY_MS;
  private serving = 0;
  private readonly servingWorkers = new Set<Worker>();
  private metrics: MetricsListener | undefined;

  /** @param onServing is called once, when all workers serve. */
  constructor(
    private readonly settings: Settings,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly log: Log,
    private readonly onServing: (worker: ServingWorker) => void,
  ) {}

  /** @throws StartupError if the port of the metrics cannot be listened on */
  async start(): Promise<void> {
    await this.listenForMetrics();
    for (const signal of STOP_SIGNALS) process.on(signal, () => void this.stop(signal));
    cluster.on('message', (worker, message: object) => {
      if (!isServing(message)) return;
      this.servingWorkers.add(worker);
      this.restartDelayMs = RESTART_DELAY_MS;
      this.serving += 1;
      const { workers } = this.settings;
      if (this.serving === 1) for (let count = 1; count < workers; count++) this.fork();
      if (this.serving === workers) this.onServing(message);
    });
    // A worker that ends by itself has no signal, which the types do not say.
    cluster.on('exit', (worker, code, signal: string | null) => {
      this.servingWorkers.delete(worker);
      void this.replace(worker, signal ?? String(code));
    });
    this.fork();
  }

  /** One listener for all workers, whose requests would else meet one or another of them. */
  private async listenForMetrics(): Promise<void> {
    if (this.settings.metricsPort === undefined) return;
    const { listenerOfWorkers } = await import('./metrics/worker-sums.js');
    this.metrics = listenerOfWorkers(() => [...this.servingWorkers]);
    const url = await this.metrics.listen(this.settings);
    this.log.write({ level: 'log', context: 'Metrics', message: `The metrics are at ${url}` });
  }

  private fork(): void {
    if (this.isStopping) return;
    const { hashConcurrency, workers } = this.settings;
    const share = Math.max(1, Math.floor(hashConcurrency / workers));
    // A value of the environment or of `.env` holds for each worker.
    cluster.fork(this.environment.HASH_CONCURRENCY ? {} : { HASH_CONCURRENCY: share });
  }

  private async replace({ process: { pid } }: Worker, how: string): Promise<void> {
    if (this.isStopping) return;
    if (this.serving === 0) {
      // A worker that ends by itself has printed why. What prevents the first one prevents every other one.
      if (how.startsWith('SIG')) process.stderr.write(`Cannot start: worker ${pid} was ended by ${how}\n`);
      process.exit(1);
    }
    const delayMs = this.restartDelayMs;
    this.restartDelayMs = Math.min(2 * delayMs, MAX_RESTART_DELAY_MS);
    const message = `Worker ${pid} has ended (${how}) and is replaced`;
    this.log.write({ level: 'error', context: 'Supervisor', message, fields: { action: 'worker-replaced' } });
    await sleep(delayMs);
    this.fork();
  }

  private async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.isStopping) return;
    this.isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const ended = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const worker of workers) worker.process.kill(signal);
    const drainDelayMs = signal === 'SIGTERM' ? this.settings.drainDelaySeconds * 1000 : 0;
    if (drainDelayMs > 0) {
      await sleep(drainDelayMs);
      // The oldest one surely serves. With it, the listener is closed, here and at once.
      const [last, ...others] = workers;
      for (const worker of others) worker.disconnect();
      await whenNoneWaits(holdsConnections, performance.now() + ACCEPT_LIMIT_MS);
      last?.disconnect();
    }
    await Promise.race([Promise.all(ended), sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
    for (const worker of workers) worker.process.kill('SIGKILL');
    await this.metrics?.close();
    if (this.serving >= this.settings.workers) this.log.say('log', LIFE, stopEntry(signal));
    // As a server without workers ends: by the signal, which tells the process that started it why.
    for (const each of STOP_SIGNALS) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  }
}

/** Workers also answer questions about their metrics. */
function isServing(message: object): message is ServingWorker {
  return 'url' in message;
}

/** Whether connections were accepted and no worker has taken them yet. `node:cluster` tells nothing of them. */
function holdsConnections(): boolean {
  return process.getActiveResourcesInfo().includes('TCPSocketWrap');
}
