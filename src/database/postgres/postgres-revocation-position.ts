import { MAX_POSITION_LENGTH, type RevocationPosition } from '../revocation-source.js';
import type { Snapshot } from './snapshot.js';

const FORM = /^([\w-]*\.[\w-]*)\.([\da-z]{1,13})((?:\.[\da-z]{1,13})*)$/;
const RADIX = 36;

/** The snapshot of a poll, in one history of commits. Snapshots of one history are ordered by what they contain. */
export class PostgresRevocationPosition implements RevocationPosition {
  constructor(
    private readonly history: string,
    private readonly snapshot: Snapshot,
  ) {}

  /** What was in progress is told by its distance from `xmax`, which is short. */
  get text(): string {
    const { xmax, inProgress } = this.snapshot;
    const distances = inProgress.map((xid) => `.${(xmax - xid).toString(RADIX)}`).join('');
    const text = `${this.history}.${xmax.toString(RADIX)}${distances}`;
    // A text that names no position is answered like any unknown one: by revoking everything.
    return text.length <= MAX_POSITION_LENGTH ? text : 'too-long';
  }

  isWithin({ snapshot: { xmax, inProgress } }: PostgresRevocationPosition): boolean {
    const own = this.snapshot;
    return own.xmax <= xmax && inProgress.every((xid) => xid >= own.xmax || own.inProgress.includes(xid));
  }

  read(text: string): PostgresRevocationPosition | undefined {
    const [, history, xmaxText = '', distances = ''] = FORM.exec(text) ?? [];
    if (history !== this.history) return undefined;
    const xmax = numberOf(xmaxText);
    const inProgress = distances.split('.').slice(1);
    return new PostgresRevocationPosition(history, {
      xmax,
      inProgress: inProgress.map((distance) => xmax - numberOf(distance)),
    });
  }
}

/** `BigInt` reads no base 36. */
function numberOf(text: string): bigint {
  return [...text].reduce((sum, digit) => sum * BigInt(RADIX) + BigInt(parseInt(digit, RADIX)), 0n);
}
