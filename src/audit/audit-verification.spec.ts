import type { AuditChain } from '../database/entities/audit-chain.entity.js';
import type { ChainedRow } from './audit-chain.repository.js';
import { type AuditFinding, describeFinding } from './audit-findings.js';
import { hashOfEvent, proofKey, stampOfChain } from './audit-proof.js';
import { type AuditRecords, verifyAudit, type Verification } from './audit-verification.js';
import { readEnds } from './noted-ends.js';

const keyOf = ({ sealedKey }: AuditChain) => {
  if (sealedKey === '') throw new Error('it does not open');
  return proofKey(sealedKey);
};
const idOf = (chain: number, sequence: number) => `0${chain}-${String(sequence).padStart(4, '0')}`;

/** A row as the database may hold it, whoever has written it. */
type Row = { -readonly [Name in keyof ChainedRow]: ChainedRow[Name] | null };

/** Two chains of some events, in memory. */
class Audit {
  readonly chains: AuditChain[] = [1, 2].map((number) => chainOf(number));
  rows: Row[] = [];
  pageLength = 3;

  constructor(lengths: readonly number[] = [7, 2]) {
    for (const [at, length] of lengths.entries()) for (let n = 0; n < length; n++) this.append(this.chain(at + 1));
  }

  chain(number: number): AuditChain {
    return found(this.chains.find((chain) => chain.number === number));
  }

  row(chain: number, sequence: number): Row {
    return found(this.rows.find(({ id }) => id === idOf(chain, sequence)));
  }

  append(chain: AuditChain): void {
    const sequence = chain.sequence + 1;
    const event = {
      ...{ chain: chain.number, sequence, previous: chain.hash, id: idOf(chain.number, sequence) },
      ...{ at: `2030-01-01T00:00:00.${String(sequence).padStart(3, '0')}Z`, action: 'login', outcome: 'success' },
      ...{ userId: 'user', username: 'john.doe', credential: 'password', credentialId: null, ip: '192.0.2.7' },
      ...{ userAgent: 'curl', target: 'session', detail: 'a "detail", 1' },
    };
    const hash = hashOfEvent(keyOf(chain), event);
    this.rows.push({ ...event, hash });
    Object.assign(chain, { sequence, hash });
    this.stamp(chain);
  }

  stamp(chain: AuditChain): void {
    chain.stamp = stampOfChain(keyOf(chain), chain);
  }

  /** Deletes the oldest events, as the server does. */
  prune(number: number, sequence: number): void {
    const chain = this.chain(number);
    const { hash } = this.row(number, sequence);
    this.remove((row) => row.chain === number && Number(row.sequence) <= sequence);
    Object.assign(chain, { prunedSequence: sequence, prunedHash: hash });
    this.stamp(chain);
  }

  remove(isRemoved: (row: Row) => boolean): void {
    this.rows = this.rows.filter((row) => !isRemoved(row));
  }

  verify(noted = ''): Promise<Verification> {
    const page = (rows: readonly Row[], of: 'sequence' | 'id') =>
      Promise.resolve(
        rows.toSorted((a, b) => (Number(a[of]) || 0) - (Number(b[of]) || 0)).slice(0, this.pageLength) as ChainedRow[],
      );
    const records: AuditRecords = {
      chains: () => Promise.resolve(this.chains.map((chain) => ({ ...chain }))),
      count: () => Promise.resolve(this.rows.length),
      eventsAfter: (chain, after) =>
        page(
          this.rows.filter((row) => row.chain === chain && row.sequence !== null && row.sequence > after),
          'sequence',
        ),
      straysAfter: (chains, after) => {
        const isStray = ({ chain, sequence }: Row) => chain === null || sequence === null || !chains.includes(chain);
        const strays = this.rows.filter((row) => String(row.id) > after && isStray(row));
        return Promise.resolve(
          strays.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1)).slice(0, 3) as ChainedRow[],
        );
      },
      keyOf,
    };
    return verifyAudit(records, readEnds(noted) ?? new Map<number, never>(), () => undefined);
  }

  async findings(noted?: string): Promise<readonly AuditFinding[]> {
    return (await this.verify(noted)).findings.kept;
  }
}

function chainOf(number: number): AuditChain {
  const row = {
    ...{ id: `chain ${number}`, number, chains: 2, beganAfter: '00-9999', sequence: 0, hash: '' },
    ...{ prunedSequence: 0, prunedHash: '', sealedKey: Buffer.alloc(32, number).toString('base64url'), stamp: '' },
  };
  return { ...row, stamp: stampOfChain(keyOf(row), row) };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is none');
  return value;
}

const named = (chain: number, sequence: number) =>
  expect.objectContaining({ id: idOf(chain, sequence), chain, sequence }) as unknown;

describe('A verification of the audit', () => {
  it('finds nothing in what the server has recorded and pruned, and tells where it ends', async () => {
    const audit = new Audit();
    audit.prune(1, 3);
    const { verified, uncovered, noted, findings } = await audit.verify();
    expect([verified, uncovered, findings.kept]).toEqual([6, 0, []]);
    expect(noted).toMatch(/^1\.7\.[\w-]{16},2\.2\.[\w-]{16}$/);
    expect(await audit.findings(noted)).toEqual([]);
    audit.append(audit.chain(1));
    expect(await audit.findings(noted)).toEqual([]);
  });

  it.each(Object.keys(new Audit([1]).row(1, 1)).filter((column) => column !== 'id'))(
    'names an event whose %s was altered, and no other one',
    async (column) => {
      const audit = new Audit();
      const row = audit.row(1, 4);
      const isPlace = column === 'chain' || column === 'sequence';
      Object.assign(row, { [column]: isPlace ? 9 : 'something else' });
      const findings = await audit.findings();
      expect(findings).toContainEqual({
        kind: isPlace ? 'inserted' : 'altered',
        event: expect.objectContaining({ id: idOf(1, 4) }) as unknown,
      });
      // One that is at another place is missing at its own.
      expect(findings.slice(1).map(({ kind }) => kind)).toEqual(isPlace ? [expect.any(String)] : []);
    },
  );

  it('names an event whose id was altered, and one whose text was moved from one column to another', async () => {
    const audit = new Audit();
    audit.row(1, 2).id = 'another';
    Object.assign(audit.row(1, 5), { username: 'john.doepassword', credential: '' });
    Object.assign(audit.row(2, 1), { target: null, credentialId: 'session' });
    expect((await audit.findings()).map(describeFinding)).toEqual([
      expect.stringContaining('altered: another'),
      expect.stringContaining(`altered: ${idOf(1, 5)}`),
      expect.stringContaining(`altered: ${idOf(2, 1)}`),
    ]);
  });

  it.each([
    ['the first', 1, 1, undefined, 2],
    ['one in the middle', 4, 4, 3, 5],
    ['several', 3, 6, 2, 7],
    ['the newest', 7, 7, 6, undefined],
    ['all', 1, 7, undefined, undefined],
  ])('tells that %s was removed, and between which events', async (_, from, to, after, before) => {
    const audit = new Audit();
    audit.remove(({ chain, sequence }) => chain === 1 && Number(sequence) >= from && Number(sequence) <= to);
    const neighbours = {
      ...(after === undefined ? {} : { after: named(1, after) }),
      ...(before === undefined ? {} : { before: named(1, before) }),
    };
    expect(await audit.findings()).toEqual([{ kind: 'removed', chain: 1, from, to, ...neighbours }]);
  });

  it('tells that an event was removed, and that the one behind it was altered', async () => {
    const audit = new Audit();
    audit.remove(({ id }) => id === idOf(1, 4));
    audit.row(1, 5).detail = 'another';
    expect((await audit.findings()).map(({ kind }) => kind)).toEqual(['removed', 'altered']);
  });

  it.each([1, 2])('tells that the whole chain %i was removed', async (number) => {
    const audit = new Audit();
    audit.remove(({ chain }) => chain === number);
    audit.chains.splice(number - 1, 1);
    expect(await audit.findings()).toEqual([{ kind: 'chain', reason: '1 of the 2 chains are gone' }]);
    audit.chains.splice(0);
    expect(await audit.findings()).toContainEqual(expect.objectContaining({ kind: 'chain' }));
  });

  it.each<[string, Partial<Row>]>([
    ['behind the newest', { sequence: 8 }],
    ['far behind it', { sequence: 1e15 }],
    ['between two', { sequence: 3.5 }],
    ['before the first', { sequence: 0 }],
    ['in a chain that is none', { chain: 9 }],
    ['without a place', { sequence: null }],
    ['without a chain', { chain: null }],
    ['without any of it', { chain: null, sequence: null, previous: null, hash: null }],
  ])('names an event that was inserted, a copy of another, %s', async (_, place) => {
    const audit = new Audit();
    audit.rows.push({ ...audit.row(1, 7), id: '0x-inserted', ...place });
    expect(await audit.findings()).toEqual([
      { kind: 'inserted', event: expect.objectContaining({ id: '0x-inserted' }) as unknown },
    ]);
  });

  it('names an event that took the place of another, and one at a place that was pruned', async () => {
    const audit = new Audit();
    Object.assign(audit.row(1, 6), { ...audit.row(1, 5), id: 'copy', sequence: 6 });
    audit.prune(2, 2);
    audit.rows.push({ ...audit.row(1, 5), id: 'old', chain: 2, sequence: 1 });
    expect((await audit.findings()).map(describeFinding)).toEqual([
      expect.stringContaining('altered: copy'),
      expect.stringContaining('inserted: old'),
    ]);
  });

  it('names both of two events that were swapped', async () => {
    const audit = new Audit();
    const [one, other] = [audit.row(1, 2), audit.row(1, 3)];
    const place = ({ sequence, previous, hash }: Row) => ({ sequence, previous, hash });
    const [first, second] = [place(one), place(other)];
    Object.assign(one, second);
    Object.assign(other, first);
    expect((await audit.findings()).map(({ kind }) => kind)).toEqual(['altered', 'altered']);
  });

  it.each(['number', 'chains', 'beganAfter', 'sequence', 'hash', 'prunedSequence', 'prunedHash', 'stamp', 'id'])(
    'tells that the row of a chain was altered, in its %s',
    async (column) => {
      const audit = new Audit();
      const chain = audit.chain(2);
      const value = chain[column as keyof AuditChain];
      Object.assign(chain, { [column]: typeof value === 'number' ? value + 7 : `${value}x` });
      expect(await audit.findings()).toContainEqual({
        kind: 'chain',
        chain: chain.number,
        reason: 'its row in audit_chain was altered',
      });
    },
  );

  it('tells that the key of a chain does not open', async () => {
    const audit = new Audit();
    audit.chain(1).sealedKey = '';
    expect(await audit.findings()).toEqual([expect.objectContaining({ kind: 'chain', chain: 1 })]);
  });

  it('tells that the end was put back without its events, and where a chain went on from an earlier state', async () => {
    const audit = new Audit([3, 0]);
    const before = { ...audit.chain(1) };
    audit.append(audit.chain(1));
    const { noted } = await audit.verify();
    const behind = { ...audit.row(1, 4) };
    Object.assign(audit.chain(1), before);
    expect(await audit.findings()).toEqual([expect.objectContaining({ kind: 'chain', chain: 1 })]);
    audit.remove(({ id }) => id === idOf(1, 4));
    // Nothing in the database knows of it any more.
    expect(await audit.findings()).toEqual([]);
    expect(await audit.findings(noted)).toEqual([
      { kind: 'chain', chain: 1, reason: 'it ends at 3, before the noted event 4' },
    ]);
    const row = { ...audit.row(1, 3) };
    audit.append(audit.chain(1));
    audit.row(1, 4).detail = 'another history';
    Object.assign(audit.row(1, 4), { hash: hashOfEvent(keyOf(before), audit.row(1, 4) as ChainedRow) });
    Object.assign(audit.chain(1), { hash: audit.row(1, 4).hash });
    audit.stamp(audit.chain(1));
    expect(await audit.findings(noted)).toEqual([
      { kind: 'chain', chain: 1, reason: 'its event 4 is another than the noted one' },
    ]);
    audit.append(audit.chain(1));
    Object.assign(audit.row(1, 4), behind);
    expect(await audit.findings()).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('event 5 does not follow') as unknown }),
    ]);
    expect(row.sequence).toBe(3);
  });

  it('tells that a noted chain is gone', async () => {
    const audit = new Audit([2]);
    expect(await audit.findings('7.1.aaaaaaaaaaaaaaaa')).toEqual([
      { kind: 'chain', chain: 7, reason: 'it was noted, and is gone' },
    ]);
  });

  it('covers no event from before there were chains, and no place for a later one among them', async () => {
    const audit = new Audit();
    const unplaced = { chain: null, sequence: null, previous: null, hash: null };
    for (const id of ['00-0001', '00-0002', '00-9999']) audit.rows.push({ ...audit.row(1, 1), ...unplaced, id });
    audit.rows.push({ ...audit.row(1, 1), ...unplaced, id: '01-0000' });
    const { verified, uncovered, findings } = await audit.verify();
    expect([verified, uncovered, findings.number]).toEqual([9, 3, 1]);
    expect(findings.kept).toEqual([{ kind: 'inserted', event: expect.objectContaining({ id: '01-0000' }) as unknown }]);
  });

  it('keeps a thousand findings, and counts the others', async () => {
    const audit = new Audit([1200]);
    audit.pageLength = 500;
    for (const row of audit.rows) row.detail = 'another';
    const { findings } = await audit.verify();
    expect([findings.kept.length, findings.number]).toEqual([1000, 1200]);
  });
});

describe('What is noted of the ends of chains', () => {
  it.each(['', '1', '1.2', '0.1.aaaaaaaaaaaaaaaa', '1.0.aaaaaaaaaaaaaaaa', '1.2.aaaa', '1.2.aaaaaaaaaaaaaaaa,', 'x'])(
    'is not read from %j',
    (text) => {
      expect(readEnds(text)).toBeUndefined();
    },
  );
});
