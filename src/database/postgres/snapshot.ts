/** Which transactions a statement saw: those before `xmax`, but for those that were in progress. */
export interface Snapshot {
  readonly xmax: bigint;
  /** In ascending order. */
  readonly inProgress: readonly bigint[];
}

const FORM = /^\d+:(\d+):((?:\d+(?:,\d+)*)?)$/;

/** Reads the text of a `pg_snapshot`, `xmin:xmax:xip,xip`. @throws TypeError */
export function readSnapshot(text: string): Snapshot {
  const [, xmax, inProgress] = FORM.exec(text) ?? [];
  if (xmax === undefined || inProgress === undefined) throw new TypeError('not the text of a snapshot');
  return { xmax: BigInt(xmax), inProgress: inProgress === '' ? [] : inProgress.split(',').map(BigInt) };
}
