const Real = Date;
export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let offsetMs = 0;

/** What acts in the past sees its own present: services then record what they always record, at that time. */
class Moved extends Real {
  constructor(...values: readonly unknown[]) {
    if (values.length === 0) super(Real.now() + offsetMs);
    else super(...(values as [number]));
  }

  static override now(): number {
    return Real.now() + offsetMs;
  }
}

type Act = () => Promise<unknown>;

/** Acts of the past, which are done in the order of their time: ids are ordered by it, and so are lists. */
export class Timeline {
  private readonly acts: { readonly at: number; readonly act: Act }[] = [];

  /** @param hour of that day in UTC, with a fraction. What would be in the future is left out. */
  add(daysAgo: number, hour: number, act: Act): void {
    const at = dayAgo(daysAgo) + hour * HOUR_MS;
    if (at <= Real.now()) this.acts.push({ at, act });
  }

  /** Does all of it, each act with the clock of this process at its time. */
  async run(): Promise<void> {
    globalThis.Date = Moved as DateConstructor;
    try {
      for (const { at, act } of this.acts.toSorted((one, other) => one.at - other.at)) {
        offsetMs = at - Real.now();
        await act();
      }
    } finally {
      globalThis.Date = Real;
    }
  }
}

/** The midnight (UTC) at which an earlier day began. */
export function dayAgo(daysAgo: number): number {
  return new Real().setUTCHours(0, 0, 0, 0) - daysAgo * DAY_MS;
}
