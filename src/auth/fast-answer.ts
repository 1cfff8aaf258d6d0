import type { IncomingMessage } from 'node:http';
import { Signal } from '../telemetry/signal.js';
import type { Principal } from './principal.js';

/** A request that the fast path has answered, with 200. */
export interface FastAnswer {
  readonly request: IncomingMessage;
  readonly requestId: string;
  /** The path, without the query. */
  readonly route: string;
  /** Whose credential it is; undefined for a request that may do without. */
  readonly principal: Principal | undefined;
  readonly durationMs: number;
}

/** Costs the fast path two looks while nobody watches it. */
export const fastAnswer = new Signal<FastAnswer>('personas:fast-answer');
