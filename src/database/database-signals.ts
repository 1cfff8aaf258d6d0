import { Signal } from '../telemetry/signal.js';
import type { Timed } from '../telemetry/timed.js';

/** A statement that reads: a `look-up` by a key, or a `list` over a table. The wait for a connection is part of it. */
export interface QueryEnd extends Timed {
  readonly kind: 'look-up' | 'list';
}

export const queryEnd = new Signal<QueryEnd>('personas:database-query-end');

/** A change, from the moment it was asked for until it was committed or has failed. */
export const writeEnd = new Signal<Timed>('personas:database-write-end');
