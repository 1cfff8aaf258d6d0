import type { AuditChain } from '../database/entities/audit-chain.entity.js';

/** How much of a hash is noted: 96 bits. */
export const PREFIX_LENGTH = 16;

/** Where a chain ended once. */
export interface NotedEnd {
  readonly sequence: number;
  /** The beginning of the hash of that event. */
  readonly prefix: string;
}

/** By the numbers of the chains. */
export type NotedEnds = ReadonlyMap<number, NotedEnd>;

const END = /^([1-9]\d{0,8})\.([1-9]\d{0,14})\.([\w-]{16})$/;

/** Where chains end, in a form that fits on a line and that {@link readEnds} reads. */
export function describeEnds(chains: readonly Pick<AuditChain, 'number' | 'sequence' | 'hash'>[]): string {
  return chains.map(({ number, sequence, hash }) => `${number}.${sequence}.${hash.slice(0, PREFIX_LENGTH)}`).join(',');
}

/** @returns undefined for a text of another form */
export function readEnds(text: string): NotedEnds | undefined {
  const ends = new Map<number, NotedEnd>();
  for (const part of text.split(',')) {
    const [, number, sequence, prefix] = END.exec(part) ?? [];
    if (prefix === undefined) return undefined;
    ends.set(Number(number), { sequence: Number(sequence), prefix });
  }
  return ends;
}
