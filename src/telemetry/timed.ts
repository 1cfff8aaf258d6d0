import type { Signal } from './signal.js';

/** How long something took. */
export interface Timed {
  readonly durationMs: number;
}

/**
 * Does something, and signals afterwards how long it took, whether it succeeded or not. Without a watcher, no clock is read.
 * @param messageOf makes the message. A copy of an object with one field more would take four times as long as the rest.
 */
export function timed<T, Message extends Timed>(
  signal: Signal<Message>,
  messageOf: (durationMs: number) => Message,
  act: () => Promise<T>,
): Promise<T> {
  return signal.isWatched ? measured(signal, messageOf, act) : act();
}

async function measured<T, Message extends Timed>(
  signal: Signal<Message>,
  messageOf: (durationMs: number) => Message,
  act: () => Promise<T>,
): Promise<T> {
  const begunMs = performance.now();
  try {
    return await act();
  } finally {
    signal.send(messageOf(performance.now() - begunMs));
  }
}

/** The message of a signal that tells nothing but the duration. */
export function durationOnly(durationMs: number): Timed {
  return { durationMs };
}
