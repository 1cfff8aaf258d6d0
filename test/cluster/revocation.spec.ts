import { run } from '../support/command-line.js';
import { newFolder } from '../support/server.js';
import { addUsers, logIn, type Revocable } from './credentials.js';
import { MixedLoad } from './load.js';
import { type Delay, measureDelay, measureDelays, PROMISE_MS } from './meter.js';
import { mutant, MUTANTS } from './mutants.js';
import { report, SIZES } from './sizes.js';
import { useCluster } from './use-cluster.js';

const used = useCluster();

const urls = (): string[] => used.cluster.instances.map(({ url }) => url);

const tooLate = (delays: readonly Delay[]): Delay[] => delays.filter(({ milliseconds }) => milliseconds > PROMISE_MS);

const times = (delays: readonly Delay[]): number[] => delays.map(({ milliseconds }) => milliseconds);

/** Tells how long the other instances took, for the one that revoked takes no time. */
function reportOthers(what: string, delays: readonly Delay[]): void {
  report(what, times(delays.filter(({ url }) => url !== used.cluster.at(0).url)));
}

describe('What one instance has revoked', () => {
  it('is refused by all within a second of the answer, whatever commits out of order and under load', async () => {
    const load = await MixedLoad.on(urls(), used.maker, await logIn(used.cluster.at(1).url));
    const { instances } = used.cluster;
    const delays = await measureDelays(() => used.maker.next(), SIZES.revocations, instances);
    const { answered, failures } = await load.stop();
    reportOthers('Accepted elsewhere after the answer of the revocation, of all kinds', delays);
    for (const kind of new Set(delays.map((delay) => delay.kind)))
      reportOthers(
        `  ${kind}`,
        delays.filter((delay) => delay.kind === kind),
      );
    expect(tooLate(delays)).toEqual([]);
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(SIZES.revocations);
  });

  it('is refused by the instance that revoked it from the answer on', async () => {
    const here = [used.cluster.at(0)];
    const delays = await measureDelays(() => used.maker.deleted(), 10, here);
    expect(times(delays)).toEqual(times(delays).fill(0));
  });
});

describe('The same measurement', () => {
  it('finds what is accepted too late by instances that poll in a way that looks right', async () => {
    const folders = MUTANTS.map((name) => mutant(name));
    const mutants = await Promise.all(folders.map((main) => used.cluster.add({ main })));
    const right = used.cluster.at(1);
    const make = (index: number): Promise<Revocable> =>
      index % 3 === 0 ? used.maker.deleted() : used.maker.heldBack();
    const open = await used.database.connect();
    await open.query('BEGIN');
    await open.query('SELECT pg_current_xact_id()');
    const delays = await measureDelays(make, 9, [right, ...mutants]).finally(() => {
      open.release(true);
    });
    const fooled = mutants.map(({ url }) => tooLate(delays).some((delay) => delay.url === url));
    expect(Object.fromEntries(MUTANTS.map((name, index) => [name, fooled[index]]))).toEqual(
      Object.fromEntries(MUTANTS.map((name) => [name, true])),
    );
    expect(tooLate(delays).filter(({ url }) => url === right.url)).toEqual([]);
  });
});

// Last, for it ends every session.
describe('A key that one instance has revoked', () => {
  it('is refused by all within a second, with what it signed', async () => {
    await addUsers(used.database, ['signed']);
    const token = await logIn(used.cluster.at(0).url, 'signed');
    const env = used.cluster.at(0).environment;
    const revoke = async (): Promise<void> => {
      const { code, stderr } = await run({ folder: newFolder() }, ['key', 'rotate', '--compromised'], { env });
      expect([code, stderr]).toEqual([0, '']);
    };
    const delays = await measureDelay({ kind: 'key revoked', token, revoke }, used.cluster.instances);
    reportOthers('  key revoked', delays);
    expect(tooLate(delays)).toEqual([]);
    expect((await logIn(used.cluster.at(0).url)).length).toBeGreaterThan(0);
  });
});
