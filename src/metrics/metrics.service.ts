import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import cluster from 'node:cluster';
import process from 'node:process';
import { Settings } from '../config/settings.js';
import { Measures, only } from './measures.js';
import { MetricsListener } from './metrics-listener.js';
import { isQuestion, type MetricsAnswer } from './worker-messages.js';

/** Serves the metrics of this process, or passes them to the supervisor, which serves the sums of all workers. */
@Injectable()
export class MetricsService implements OnApplicationShutdown {
  private readonly listener = new MetricsListener(() => this.gather());
  private gatheredInSeconds: number | undefined;

  constructor(
    private readonly measures: Measures,
    private readonly settings: Settings,
  ) {
    measures.readGauge(
      {
        name: 'personas_scrape_duration_seconds',
        help: 'How long the last gathering of the metrics took in this process',
      },
      [],
      () => only(this.gatheredInSeconds),
      'max',
    );
    if (cluster.isWorker) this.answerSupervisor();
  }

  /** @returns the URL of the metrics; undefined for a worker. @throws StartupError naming the settings */
  async listen(): Promise<string | undefined> {
    return cluster.isWorker ? undefined : this.listener.listen(this.settings);
  }

  /** Last of all: until then, an operator sees how the server stops. */
  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
  }

  private async gather(): Promise<string> {
    return this.timed(() => this.measures.registry.metrics());
  }

  private answerSupervisor(): void {
    process.on('message', (message: unknown) => {
      if (!isQuestion(message)) return;
      void this.timed(() => this.measures.registry.getMetricsAsJSON()).then((metrics) => {
        // A stop has ended the channel.
        if (process.connected) process.send?.({ ...message, metrics } satisfies MetricsAnswer);
      });
    });
  }

  private async timed<T>(gather: () => Promise<T>): Promise<T> {
    const begunMs = performance.now();
    const gathered = await gather();
    this.gatheredInSeconds = (performance.now() - begunMs) / 1000;
    return gathered;
  }
}
