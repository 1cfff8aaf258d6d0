import type { KeyObject } from 'node:crypto';
import type { AuditChain } from '../database/entities/audit-chain.entity.js';
import type { ChainedRow } from './audit-chain.repository.js';
import { AuditFindings } from './audit-findings.js';
import { hashOfEvent, stampOfChain } from './audit-proof.js';
import { describeEnds, type NotedEnd, type NotedEnds, PREFIX_LENGTH } from './noted-ends.js';

/** What is verified, as it was at one moment. */
export interface AuditRecords {
  chains(): Promise<AuditChain[]>;
  /** How many events there are. */
  count(): Promise<number>;
  /** Some of the events of a chain after a place, in their order. */
  eventsAfter(chain: number, sequence: number): Promise<ChainedRow[]>;
  /** Some of the events that are in none of some chains, after an id. */
  straysAfter(chains: readonly number[], id: string): Promise<ChainedRow[]>;
  /** @throws Error if no known secret opens it */
  keyOf(chain: AuditChain): KeyObject;
}

/** What was verified. */
export interface Verification {
  /** How many events are in a chain, and as they were recorded. */
  readonly verified: number;
  /** How many events were recorded before there were chains: nothing proves them. */
  readonly uncovered: number;
  /** The chains that hold an event, or held one. */
  readonly chains: readonly Pick<AuditChain, 'number' | 'sequence' | 'hash' | 'prunedSequence'>[];
  /** Where the chains end, for a later verification. */
  readonly noted: string;
  readonly findings: AuditFindings;
}

/** Before the first place, also one that somebody has made up. */
const START = Number.MIN_SAFE_INTEGER;

/**
 * Verifies all chains, and looks for events that are in none.
 * @param noted where an earlier verification found the ends of the chains.
 * @param onProgress is told how many events have been verified.
 */
export async function verifyAudit(
  records: AuditRecords,
  noted: NotedEnds,
  onProgress: (done: number, of: number) => void,
): Promise<Verification> {
  const total = await records.count();
  const rows = await records.chains();
  const findings = new AuditFindings();
  const progress = new Progress(total, onProgress);
  let verified = 0;
  const sound: AuditChain[] = [];
  for (const row of rows) {
    const key = keyOf(records, row);
    if (key === undefined) {
      findings.addChain(row.number, 'its key opens with no known secret, so that nothing proves its events');
      progress.skip(await countOf(records, row.number));
      continue;
    }
    if (row.stamp === stampOfChain(key, row)) sound.push(row);
    else findings.addChain(row.number, 'its row in audit_chain was altered');
    verified += await new ChainWalk(row, key, findings, noted.get(row.number)).walk(records, progress);
  }
  refuseMissing(rows, sound, noted, findings);
  const uncovered = await sortStrays(records, rows, sound[0]?.beganAfter ?? '', findings, progress);
  if (progress.done !== total) {
    findings.addChain(undefined, `${total - progress.done} events share a place or an id with others`);
  }
  const chains = sound.filter(({ sequence }) => sequence > 0);
  return { verified, uncovered, chains, noted: describeEnds(chains), findings };
}

/** How far a verification is. */
class Progress {
  done = 0;

  constructor(
    private readonly total: number,
    private readonly tell: (done: number, of: number) => void,
  ) {}

  skip(number: number): void {
    this.done += number;
    this.tell(this.done, this.total);
  }
}

/** Goes through the events of one chain. */
class ChainWalk {
  /** The next place, and what the event there has to name as the hash before it; undefined where that is not known. */
  private next: number;
  private link: string | undefined;
  private last: ChainedRow | undefined;
  private isBeyondEnd = false;
  private isBelowStart = false;

  constructor(
    private readonly row: AuditChain,
    private readonly key: KeyObject,
    private readonly findings: AuditFindings,
    private readonly noted: NotedEnd | undefined,
  ) {
    this.next = row.prunedSequence + 1;
    this.link = row.prunedHash;
  }

  /** @returns how many events are as they were recorded. */
  async walk(records: AuditRecords, progress: Progress): Promise<number> {
    const { number, sequence, hash, prunedSequence, prunedHash } = this.row;
    if (this.noted !== undefined && this.noted.sequence > sequence) {
      this.findings.addChain(number, `it ends at ${sequence}, before the noted event ${this.noted.sequence}`);
    }
    this.compareNoted(prunedSequence, prunedHash);
    let verified = 0;
    let page = await records.eventsAfter(number, START);
    while (page.length > 0) {
      for (const event of page) if (this.step(event)) verified += 1;
      progress.skip(page.length);
      page = await records.eventsAfter(number, page.at(-1)?.sequence ?? Infinity);
    }
    if (this.next <= sequence) this.findings.addRemoved(number, this.next, sequence, this.last, undefined);
    else if (this.next === sequence + 1 && this.link !== undefined && this.link !== hash) {
      this.findings.addChain(number, 'its newest event is not the one at which it ends');
    }
    return verified;
  }

  /** @returns whether the event is as it was recorded. */
  private step(event: ChainedRow): boolean {
    const { number, sequence: end } = this.row;
    const { sequence, hash } = event;
    const isGenuine = hash === hashOfEvent(this.key, event);
    if (isGenuine && sequence < this.next) return this.isKept();
    if (!isGenuine && !(Number.isInteger(sequence) && sequence >= this.next && sequence <= end)) {
      this.findings.addInserted(event);
      return false;
    }
    if (sequence > end && !this.isBeyondEnd) {
      this.isBeyondEnd = true;
      this.findings.addChain(number, `it says that it ends at ${end}, and a genuine event ${sequence} is there`);
    }
    const isNext = sequence === this.next;
    if (!isNext) this.findings.addRemoved(number, this.next, sequence - 1, this.last, event);
    if (!isGenuine) this.findings.addAltered(event);
    else if (isNext && this.link !== undefined && this.link !== event.previous) {
      this.findings.addChain(number, `its event ${sequence} does not follow the one before it: it was put back there`);
    }
    if (isGenuine) this.compareNoted(sequence, hash);
    this.next = sequence + 1;
    this.link = isGenuine ? hash : undefined;
    this.last = event;
    return isGenuine;
  }

  /** A genuine event at a place whose events are said to be deleted. */
  private isKept(): true {
    if (!this.isBelowStart) {
      this.isBelowStart = true;
      this.findings.addChain(this.row.number, 'it says that events were deleted for their age, and they are there');
    }
    return true;
  }

  private compareNoted(sequence: number, hash: string): void {
    if (sequence !== this.noted?.sequence || hash.slice(0, PREFIX_LENGTH) === this.noted.prefix) return;
    this.findings.addChain(this.row.number, `its event ${sequence} is another than the noted one`);
  }
}

function keyOf(records: AuditRecords, row: AuditChain): KeyObject | undefined {
  try {
    return records.keyOf(row);
  } catch {
    return undefined;
  }
}

async function countOf(records: AuditRecords, chain: number): Promise<number> {
  let count = 0;
  let page = await records.eventsAfter(chain, START);
  while (page.length > 0) {
    count += page.length;
    page = await records.eventsAfter(chain, page.at(-1)?.sequence ?? Infinity);
  }
  return count;
}

function refuseMissing(
  rows: readonly AuditChain[],
  sound: readonly AuditChain[],
  noted: NotedEnds,
  findings: AuditFindings,
): void {
  const chains = Math.max(0, ...sound.map((row) => row.chains));
  if (rows.length === 0) findings.addChain(undefined, 'there are no chains: each start of a server makes them');
  else if (rows.length < chains)
    findings.addChain(undefined, `${chains - rows.length} of the ${chains} chains are gone`);
  const numbers = new Set(rows.map(({ number }) => number));
  for (const number of noted.keys()) if (!numbers.has(number)) findings.addChain(number, 'it was noted, and is gone');
}

/** @returns how many events are from before there were chains. */
async function sortStrays(
  records: AuditRecords,
  rows: readonly AuditChain[],
  beganAfter: string,
  findings: AuditFindings,
  progress: Progress,
): Promise<number> {
  const numbers = rows.map(({ number }) => number);
  let uncovered = 0;
  let page = await records.straysAfter(numbers, '');
  while (page.length > 0) {
    for (const event of page) {
      if (isUnplaced(event) && event.id <= beganAfter) uncovered += 1;
      else findings.addInserted(event);
    }
    progress.skip(page.length);
    page = await records.straysAfter(numbers, page.at(-1)?.id ?? '');
  }
  return uncovered;
}

function isUnplaced({ chain, sequence, previous, hash }: Record<'chain' | 'sequence' | 'previous' | 'hash', unknown>) {
  return [chain, sequence, previous, hash].every((value) => value === null);
}
