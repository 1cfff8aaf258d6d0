import { setImmediate as turn } from 'node:timers/promises';

/** A turn of the loop that serves nothing takes less. */
const SHORT_TURN_MS = 0.2;

/**
 * Waits for a moment at which the system holds no connection that this process has not accepted. A listener that is closed
 * before the next turn of the loop resets none then: a reset takes requests with it that a proxy does not repeat. Node accepts few
 * in each turn. After a turn that accepted none and took no time, none is waiting.
 * @param hasAccepted whether a connection was accepted since the last call
 * @param endMs when to give up, by the monotonic clock
 */
export async function whenNoneWaits(hasAccepted: () => boolean, endMs: number): Promise<void> {
  let isQuiet = false;
  while (!isQuiet && performance.now() < endMs) {
    const beganMs = performance.now();
    await turn();
    isQuiet = !hasAccepted() && performance.now() - beganMs < SHORT_TURN_MS;
  }
}
