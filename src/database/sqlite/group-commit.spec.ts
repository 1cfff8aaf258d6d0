import type { DataSource } from 'typeorm';
import { CHANGES_WAIT } from '../transactions.js';
import { GroupCommit } from './group-commit.js';

type Transact = (work: (manager: object) => Promise<unknown>) => Promise<unknown>;

const commitOn = (transaction: Transact): GroupCommit => new GroupCommit({ transaction } as unknown as DataSource);
const change = (): Promise<string> => Promise.resolve('changed');

describe('While a transaction waits for the lock of another process', () => {
  it('changes that wait behind it fail with it, and are not tried one after another', async () => {
    let tries = 0;
    let release: () => void = () => undefined;
    const locked = new Promise<void>((resolve) => (release = resolve));
    const commits = commitOn(async () => {
      tries += 1;
      await locked;
      throw Object.assign(new Error(), { code: 'SQLITE_BUSY' });
    });
    const changes = Array.from({ length: 200 }, () => commits.run(change));
    release();
    const outcomes = await Promise.allSettled(changes);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(200).fill('rejected'));
    expect(tries).toBeLessThan(3);
  });

  it('changes beyond the places are refused at once, and those that wait are made afterwards', async () => {
    let release: () => void = () => undefined;
    const locked = new Promise<void>((resolve) => (release = resolve));
    const commits = commitOn(async (work) => {
      await locked;
      return work({});
    });
    const first = commits.run(change);
    const waiting = Array.from({ length: CHANGES_WAIT.places }, () => commits.run(change));
    await expect(commits.run(change)).rejects.toMatchObject({ code: 'unavailable' });
    release();
    expect(new Set(await Promise.all([first, ...waiting]))).toEqual(new Set(['changed']));
  });
});
