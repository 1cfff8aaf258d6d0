import type { Signal } from './signal.js';

/** How long something took. */
export interface Timed {
  readonly durationMs: number;
}

/** Does something, and signals afterwards how long it took, whether it succeeded or not. Without a watcher, no clock is read. */
export function timed<T, About extends object>(
  signal: Signal<About & Timed>,
  about: About,
  act: () => Promise<T>,
): Promise<T> {
  return signal.isWatched ? measured(signal, about, act) : act();
}

async function measured<T, About extends object>(
  signal: Signal<About & Timed>,
  about: About,
  act: () => Promise<T>,
): Promise<T> {
  const begunMs = performance.now();
  try {
    return await act();
  } finally {
    signal.send({ ...about, durationMs: performance.now() - begunMs });
  }
}
