import type { DataSource, ObjectLiteral } from 'typeorm';
import { DatabaseHealth } from './database-health.js';
import { WriteRecord } from './write-record.js';

describe('The check of the database', () => {
  it('is shared by all who ask at once, and made again for those who ask later', async () => {
    let reads = 0;
    const query = (): Promise<ObjectLiteral[]> => Promise.resolve([{ reads: ++reads }]);
    const statements = { query, queryPage: query, connections: () => undefined, isSilent: () => false };
    const record = new WriteRecord();
    record.succeed();
    const health = new DatabaseHealth({} as DataSource, statements, { record }, { isInPlace: () => true });
    expect(await Promise.all(Array.from({ length: 1000 }, () => health.isWell()))).toEqual(Array(1000).fill(true));
    expect(reads).toBe(1);
    expect(await health.isWell()).toBe(true);
    expect(reads).toBe(2);
  });
});
