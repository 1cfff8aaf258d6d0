/** A moment by both clocks. The monotonic one stands still while a machine is suspended, and the other can be set. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** The present moment. */
export function momentNow(): Moment {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

/** The age of a moment in milliseconds, by the clock that tells more. A wall clock that went back counts by how far it went. */
export function ageOf({ monotonicMs, wallMs }: Moment): number {
  return Math.max(performance.now() - monotonicMs, Math.abs(Date.now() - wallMs));
}
