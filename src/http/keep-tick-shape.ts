import { executionAsyncResource } from 'node:async_hooks';

const kept: object[] = [];

/**
 * Has `process.nextTick`, which Node's HTTP server calls several times a request, stay as fast as it begins. V8 remembers the
 * shape of its tick objects for as long as there are any; where a collection or two find none alive, as in a server that is idle
 * for a moment, it makes each one after them six times as slowly, until the process ends. One that is kept prevents that.
 */
export function keepTickShape(): void {
  process.nextTick(() => kept.push(executionAsyncResource()));
}
