import { join } from 'node:path';
import type { DataSource, EntityManager } from 'typeorm';
import { openDatabase } from '../../src/database/data-source.js';
import { GroupCommit } from '../../src/database/sqlite/group-commit.js';
import { SqliteDatabase } from '../../src/database/sqlite/sqlite-database.js';
import { Kitten } from '../../src/database/entities/kitten.entity.js';
import { newFolder } from '../support/server.js';

const kitten = (id: number): Kitten => ({ id, name: `k${id}`, breed: '', fluffiness: 0, cuteness: 0, deleted: null });

const shared = new WeakMap<DataSource, GroupCommit>();

const ways: Record<string, (manager: EntityManager, row: Kitten) => Promise<unknown>> = {
  'insert()': (manager, row) => manager.insert(Kitten, row),
  'save()': (manager, row) => manager.save(Kitten, manager.create(Kitten, row)),
  'transaction()': (manager, row) =>
    manager.transaction(async (inner) => {
      await inner.insert(Kitten, row);
    }),
  'a shared transaction': ({ connection }, row) =>
    shared.get(connection)?.run((inner) => inner.insert(Kitten, row)) ?? Promise.reject(new Error('not shared')),
};

describe('An acknowledged write is never lost', () => {
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await openDatabase(new SqliteDatabase({ file: join(newFolder(), 'personas.sqlite') }));
    shared.set(dataSource, new GroupCommit(dataSource));
    // A trigger fails every fifth insert late, when its transaction is open: its ROLLBACK must undo nobody else's row.
    await dataSource.query(`CREATE TRIGGER fail_some AFTER INSERT ON kitten WHEN NEW.id % 5 = 0
      BEGIN SELECT RAISE(ROLLBACK, 'refused'); END`);
  });

  afterAll(() => dataSource.destroy());

  beforeEach(() => dataSource.query('DELETE FROM kitten'));

  /** 200 writes at once, a fifth of them failing; how many were acknowledged and how many of those are there. */
  async function race(write: (manager: EntityManager, row: Kitten) => Promise<unknown>): Promise<[number, number]> {
    const ids = Array.from({ length: 200 }, (_, index) => index + 1);
    const outcomes = await Promise.allSettled(
      ids.map(async (id) => {
        await new Promise((resolve) => setTimeout(resolve, id % 4));
        await write(dataSource.manager, kitten(id));
        return id;
      }),
    );
    const acknowledged = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const kept = new Set((await dataSource.manager.find(Kitten)).map(({ id }) => id));
    return [acknowledged.length, acknowledged.filter((id) => kept.has(id)).length];
  }

  it.each(Object.entries(ways))('by %s, with failing writes among them', async (_, write) => {
    expect(await race(write)).toEqual([160, 160]);
  });

  it('when every way of writing is used at once', async () => {
    const all = Object.values(ways);
    const mixed = (manager: EntityManager, row: Kitten) => (all[row.id % all.length] ?? all[0])?.(manager, row);
    expect(await race(async (manager, row) => mixed(manager, row))).toEqual([160, 160]);
  });

  it('shows no request the uncommitted rows of another', async () => {
    let seen: Promise<number> | undefined;
    await dataSource.transaction(async (manager) => {
      await manager.insert(Kitten, kitten(1));
      seen = dataSource.manager.count(Kitten);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await manager.insert(Kitten, kitten(2));
    });
    expect(await seen).toBe(2);
  });
});

describe('Changes that come at once', () => {
  let dataSource: DataSource;
  let transactions: GroupCommit;

  beforeAll(async () => {
    dataSource = await openDatabase(new SqliteDatabase({ file: join(newFolder(), 'personas.sqlite') }));
    transactions = new GroupCommit(dataSource);
  });

  afterAll(() => dataSource.destroy());

  beforeEach(() => dataSource.query('DELETE FROM kitten'));

  async function ids(): Promise<number[]> {
    return (await dataSource.manager.find(Kitten, { order: { id: 'ASC' } })).map(({ id }) => id);
  }

  it('share few transactions, and each sees what those before it did', async () => {
    const begun = jest.spyOn(dataSource, 'transaction');
    const counts = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        transactions.run(async (manager) => {
          await manager.insert(Kitten, kitten(index + 1));
          return manager.count(Kitten);
        }),
      ),
    );
    expect(counts).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(begun.mock.calls.length).toBeLessThan(5);
    begun.mockRestore();
  });

  it('are separate: one that fails leaves nothing, and takes none of the others with it', async () => {
    const change = (id: number) =>
      transactions.run(async (manager) => {
        await manager.insert(Kitten, kitten(id));
        if (id % 3 === 0) throw new Error(`no ${id}`);
        return id;
      });
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map(change));
    const told = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Error).message,
    );
    expect(told).toEqual([1, 2, 'no 3', 4, 5, 'no 6', 7]);
    expect(await ids()).toEqual([1, 2, 4, 5, 7]);
  });

  it('are refused when they cannot be committed, and none of them is there', async () => {
    const runner = dataSource.createQueryRunner();
    const commit = jest.spyOn(Object.getPrototypeOf(runner) as typeof runner, 'commitTransaction');
    await runner.release();
    commit.mockRejectedValueOnce(new Error('disk full'));
    commit.mockRejectedValueOnce(new Error('disk full'));
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((id) => transactions.run((manager) => manager.insert(Kitten, kitten(id)))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    commit.mockRestore();
    expect(await ids()).toEqual([]);
    await transactions.run((manager) => manager.insert(Kitten, kitten(4)));
    expect(await ids()).toEqual([4]);
  });
});

it('Writes reach the disk before they are acknowledged', async () => {
  const dataSource = await openDatabase(new SqliteDatabase({ file: join(newFolder(), 'personas.sqlite') }));
  expect(await dataSource.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(await dataSource.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  expect(await dataSource.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
  await dataSource.destroy();
});
