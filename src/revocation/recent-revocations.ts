import type { RevocationPosition } from '../database/revocation-source.js';
import type { Revocation } from './revocation.js';

/** How many revocations are remembered. One that follows has to forget everything if it missed more. */
const MAX_REMEMBERED = 10_000;

interface Polled {
  readonly position: RevocationPosition;
  readonly revocations: readonly Revocation[];
}

/** What is known to have happened after a position, and the position up to which it is known. */
export interface RevocationsAfter {
  readonly after: string;
  readonly revocations: readonly Revocation[];
}

/**
 * What the feed has read lately, for those who follow it from outside. Their positions may come from another process, which
 * polled the same table at other moments: so they are compared, and not looked up.
 */
export class RecentRevocations {
  private start: RevocationPosition | undefined;
  private end: RevocationPosition | undefined;
  private polled: Polled[] = [];
  private count = 0;

  /** @param isComplete false if revocations before these may be unknown */
  add({ position, revocations, isComplete }: Polled & { readonly isComplete: boolean }): void {
    this.end = position;
    if (!isComplete || this.start === undefined) {
      this.start = position;
      this.polled = [];
      this.count = 0;
    } else if (revocations.length > 0) {
      this.polled.push({ position, revocations });
      this.count += revocations.length;
      this.forgetOldest();
    }
  }

  /**
   * What was revoked after a position. Some of it may be told again: it never leaves out any.
   * @returns `ahead` if the position is none that this process has come to yet, or none at all; undefined before the first poll.
   */
  after(text: string | undefined): RevocationsAfter | 'ahead' | undefined {
    const { start, end } = this;
    if (start === undefined || end === undefined) return undefined;
    if (text === undefined) return this.everything();
    const after = end.text;
    if (text === after) return { after, revocations: [] };
    const position = end.read(text);
    if (!position?.isWithin(end)) return 'ahead';
    if (!start.isWithin(position)) return this.everything();
    const missed = this.polled.filter((some) => !some.position.isWithin(position));
    return { after, revocations: missed.flatMap(({ revocations }) => revocations) };
  }

  /** What to tell where it is not known what was missed. */
  everything(): RevocationsAfter | undefined {
    return this.end && { after: this.end.text, revocations: [{ kind: 'everything' }] };
  }

  private forgetOldest(): void {
    while (this.count > MAX_REMEMBERED) {
      const oldest = this.polled.shift();
      if (oldest === undefined) return;
      this.count -= oldest.revocations.length;
      this.start = oldest.position;
    }
  }
}
