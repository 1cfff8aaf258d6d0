import type { ChainedRow } from './audit-chain.repository.js';

/** More are counted and not kept: nobody reads them one by one. */
const MAX_KEPT = 1000;

/** What names an event. */
export interface EventName {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly chain: number | null;
  readonly sequence: number | null;
}

/** What somebody has done to the audit, and not by the server. */
export type AuditFinding =
  | { readonly kind: 'altered' | 'inserted'; readonly event: EventName }
  | {
      readonly kind: 'removed';
      readonly chain: number;
      /** The first and the last of the places whose events are gone. */
      readonly from: number;
      readonly to: number;
      /** The event before them; absent if it is gone as well, or was deleted for its age. */
      readonly after?: EventName;
      /** The event behind them; absent if they were the newest. */
      readonly before?: EventName;
    }
  /** @property chain absent if it is about all of them */
  | { readonly kind: 'chain'; readonly chain?: number; readonly reason: string };

/** The findings of a verification: the first thousand, and how many there are. */
export class AuditFindings {
  readonly kept: AuditFinding[] = [];
  number = 0;

  addAltered(event: ChainedRow): void {
    this.add({ kind: 'altered', event: nameOf(event) });
  }

  addInserted(event: ChainedRow): void {
    this.add({ kind: 'inserted', event: nameOf(event) });
  }

  addRemoved(
    chain: number,
    from: number,
    to: number,
    after: ChainedRow | undefined,
    before: ChainedRow | undefined,
  ): void {
    const names = { ...(after && { after: nameOf(after) }), ...(before && { before: nameOf(before) }) };
    this.add({ kind: 'removed', chain, from, to, ...names });
  }

  addChain(chain: number | undefined, reason: string): void {
    this.add({ kind: 'chain', ...(chain === undefined ? {} : { chain }), reason });
  }

  private add(finding: AuditFinding): void {
    this.number += 1;
    if (this.kept.length < MAX_KEPT) this.kept.push(finding);
  }
}

function nameOf({ id, at, action, chain, sequence }: ChainedRow): EventName {
  return { id, at, action, chain, sequence };
}

/** A finding in words, in one line. */
export function describeFinding(finding: AuditFinding): string {
  if (finding.kind === 'chain') {
    return `${finding.chain === undefined ? 'the chains' : `chain ${finding.chain}`}: ${finding.reason}`;
  }
  if (finding.kind !== 'removed') return `${finding.kind}: ${described(finding.event)}`;
  const { chain, from, to, after, before } = finding;
  const places = from === to ? `the event ${from}` : `the events ${from} to ${to}`;
  const between = [
    ...(after === undefined ? [] : [`after ${described(after)}`]),
    ...(before === undefined ? ['the newest'] : [`before ${described(before)}`]),
  ];
  return `removed: ${places} of chain ${chain}, ${between.join(', ')}`;
}

function described({ id, at, action, chain, sequence }: EventName): string {
  const place = chain === null ? 'in no chain' : `event ${sequence ?? 'without a place'} of chain ${chain}`;
  return `${id} (${action} at ${at}, ${place})`;
}
