import { Injectable } from '@nestjs/common';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { VERSION } from '../config/version.js';
import { type Aggregator, Measures, only } from './measures.js';

/** How often the delay of the event loop is looked at. */
const EVENT_LOOP_RESOLUTION_MS = 20;
const MICROS = 1e6;
const NANOS = 1e9;

/**
 * The process: which build, and what it takes of the machine. The names are those of the library's own metrics of a process, which
 * cannot be taken without its observer of garbage collections: each check costs 3 to 4 % more while Node observes them.
 */
@Injectable()
export class ProcessMetrics {
  constructor(private readonly measures: Measures) {
    this.measureProcessor();
    this.measureMemory();
    this.measureEventLoop();
    this.gauge(
      'process_start_time_seconds',
      'When the process was started, in seconds since 1970',
      () => Math.round(performance.timeOrigin / 1000),
      'omit',
    );
    measures.readGauge(
      { name: 'personas_build_info', help: 'The version of the server and of Node; the value is 1' },
      ['version', 'node'],
      () => [{ labels: { version: VERSION, node: process.versions.node }, value: 1 }],
      'first',
    );
  }

  private measureProcessor(): void {
    const seconds = (name: string, help: string, micros: (usage: NodeJS.CpuUsage) => number): void => {
      this.measures.readCounter({ name, help }, [], () => only(micros(process.cpuUsage()) / MICROS));
    };
    seconds('process_cpu_user_seconds_total', 'Processor time', ({ user }) => user);
    seconds('process_cpu_system_seconds_total', 'Processor time in the kernel', ({ system }) => system);
    seconds(
      'process_cpu_seconds_total',
      'Processor time, with that in the kernel',
      ({ user, system }) => user + system,
    );
  }

  private measureMemory(): void {
    this.gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
    this.gauge('nodejs_heap_size_total_bytes', 'The heap of V8', () => process.memoryUsage().heapTotal);
    this.gauge('nodejs_heap_size_used_bytes', 'What of the heap is in use', () => process.memoryUsage().heapUsed);
    this.gauge('nodejs_external_memory_bytes', 'Memory of buffers', () => process.memoryUsage().external);
  }

  /** The delays since the last scrape; absent if it was just now. */
  private measureEventLoop(): void {
    const histogram = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });
    histogram.enable();
    let delays: { readonly meanNanos: number; readonly maxNanos: number; readonly p99Nanos: number } | undefined;
    const seconds = (nanos: number | undefined): number | undefined => (nanos === undefined ? nanos : nanos / NANOS);
    // The registry reads the metrics in their order, so the first one takes the delays for all of them.
    const take = (): typeof delays => {
      const { count, mean: meanNanos, max: maxNanos } = histogram;
      delays = count === 0 ? undefined : { meanNanos, maxNanos, p99Nanos: histogram.percentile(99) };
      histogram.reset();
      return delays;
    };
    const [name, help] = ['nodejs_eventloop_lag', 'The delay of the event loop since the last scrape'];
    this.gauge(`${name}_mean_seconds`, `${help}: its mean`, () => seconds(take()?.meanNanos), 'average');
    this.gauge(`${name}_max_seconds`, `${help}: the longest`, () => seconds(delays?.maxNanos), 'max');
    this.gauge(`${name}_p99_seconds`, `${help}: one in a hundred is longer`, () => seconds(delays?.p99Nanos), 'max');
  }

  private gauge(name: string, help: string, read: () => number | undefined, aggregator?: Aggregator): void {
    this.measures.readGauge({ name, help }, [], () => only(read()), aggregator);
  }
}
