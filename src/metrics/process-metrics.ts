import { Injectable } from '@nestjs/common';
import process from 'node:process';
import { collectDefaultMetrics } from 'prom-client';
import { VERSION } from '../config/version.js';
import { Measures } from './measures.js';

/** How often the delay of the event loop is looked at. */
const EVENT_LOOP_PRECISION_MS = 20;

/** What of the library's own metrics is left out: it takes longer the more connections there are, or says nothing new. */
const LEFT_OUT =
  /^(?:process_(?:open_fds|max_fds|virtual_memory_bytes|heap_bytes)|nodejs_(?:active_|heap_space_|version_info|eventloop_lag_(?:min|stddev|p50|p90)_).*)$/;

/** The process: which build, and what it takes of the machine. */
@Injectable()
export class ProcessMetrics {
  constructor(measures: Measures) {
    const { registry } = measures;
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
    for (const { name } of registry.getMetricsAsArray()) if (LEFT_OUT.test(name)) registry.removeSingleMetric(name);
    measures.readGauge(
      { name: 'personas_build_info', help: 'The version of the server and of Node; the value is 1' },
      ['version', 'node'],
      () => [{ labels: { version: VERSION, node: process.versions.node }, value: 1 }],
      'first',
    );
  }
}
