import { join } from 'node:path';
import type { ObjectLiteral } from 'typeorm';
import { openDatabase } from '../../src/database/data-source.js';
import { DatabaseHealth } from '../../src/database/database-health.js';
import { Kitten } from '../../src/database/entities/kitten.entity.js';
import { GroupCommit } from '../../src/database/sqlite/group-commit.js';
import { SqliteDatabase } from '../../src/database/sqlite/sqlite-database.js';
import { SqliteWriteHealth } from '../../src/database/sqlite/sqlite-write-health.js';
import { newFolder } from '../support/server.js';

describe('A full disk', () => {
  it('leaves no trace in the readiness once there is room, although no request writes', async () => {
    const dataSource = await openDatabase(new SqliteDatabase({ file: join(newFolder(), 'personas.sqlite') }));
    const query = (sql: string) => dataSource.query<ObjectLiteral[]>(sql);
    const reader = { query, connections: () => undefined, queryPage: query };
    const health = new DatabaseHealth(dataSource, reader, new SqliteWriteHealth(dataSource), { isInPlace: () => true });
    const [pages] = await dataSource.query<{ page_count: number }[]>('PRAGMA page_count');
    await dataSource.query(`PRAGMA max_page_count = ${pages?.page_count ?? 0}`);
    const row = { id: 1, name: 'x'.repeat(100_000), breed: '', fluffiness: 0, cuteness: 0, deleted: null };
    // SQLite rolls back by itself here, and the ROLLBACK of the transaction then fails.
    const change = new GroupCommit(dataSource).run((manager) => manager.insert(Kitten, row));
    await expect(change).rejects.toThrow('SQLITE_FULL');
    await dataSource.query('PRAGMA max_page_count = 1000000');
    expect(await health.isWell()).toBe(true);
    await dataSource.destroy();
  });
});
