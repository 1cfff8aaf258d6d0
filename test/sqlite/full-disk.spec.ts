import { join } from 'node:path';
import type { DataSource, ObjectLiteral } from 'typeorm';
import { openDatabase } from '../../src/database/data-source.js';
import { DatabaseHealth } from '../../src/database/database-health.js';
import { Kitten } from '../../src/database/entities/kitten.entity.js';
import { GroupCommit } from '../../src/database/sqlite/group-commit.js';
import { SqliteDatabase } from '../../src/database/sqlite/sqlite-database.js';
import { SqliteWriteHealth } from '../../src/database/sqlite/sqlite-write-health.js';
import { newFolder } from '../support/server.js';

/** As a disk that is full until {@link makeRoom}. */
async function fill(dataSource: DataSource): Promise<void> {
  const [pages] = await dataSource.query<{ page_count: number }[]>('PRAGMA page_count');
  await dataSource.query(`PRAGMA max_page_count = ${pages?.page_count ?? 0}`);
}

function makeRoom(dataSource: DataSource): Promise<unknown> {
  return dataSource.query('PRAGMA max_page_count = 1000000');
}

describe('A full disk', () => {
  let dataSource: DataSource;
  let health: DatabaseHealth;
  let told: (string | undefined)[];

  beforeEach(async () => {
    dataSource = await openDatabase(new SqliteDatabase({ file: join(newFolder(), 'personas.sqlite') }));
    const query = (sql: string) => dataSource.query<ObjectLiteral[]>(sql);
    const writes = new SqliteWriteHealth(dataSource);
    told = [];
    writes.record.onChange = (code) => told.push(code);
    health = new DatabaseHealth(
      dataSource,
      { query, connections: () => undefined, isSilent: () => false, queryPage: query },
      writes,
      {
        isInPlace: () => true,
      },
    );
  });

  afterEach(() => dataSource.destroy());

  it('leaves no trace in the readiness once there is room, although no request writes', async () => {
    await fill(dataSource);
    const row = { id: 1, name: 'x'.repeat(100_000), breed: '', fluffiness: 0, cuteness: 0, deleted: null };
    // SQLite rolls back by itself here, and the ROLLBACK of the transaction then fails.
    const change = () => new GroupCommit(dataSource).run((manager) => manager.insert(Kitten, row));
    await expect(change()).rejects.toThrow('SQLITE_FULL');
    await expect(change()).rejects.toThrow('SQLITE_FULL');
    await makeRoom(dataSource);
    expect(await health.isWell()).toBe(true);
    // Once each: the log of a full disk is often on it.
    expect(told).toEqual(['SQLITE_FULL', undefined]);
  });

  it('is noticed by the readiness before a request has to fail', async () => {
    // The probe fits into a page that is there; this one does not.
    await dataSource.query(`CREATE TRIGGER grow AFTER INSERT ON login_throttle BEGIN
      INSERT INTO kitten VALUES (1, printf('%.100000c', 'x'), '', 0, 0, NULL); END`);
    await fill(dataSource);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
    expect(await health.isWell()).toBe(false);
    expect(told).toEqual(['SQLITE_FULL']);
    await makeRoom(dataSource);
    expect(await health.isWell()).toBe(true);
    jest.restoreAllMocks();
  });
});
