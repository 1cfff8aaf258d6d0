import { WriteMonitor } from './write-monitor.js';

const FULL = Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
/** What SQLite reports when it has rolled back by itself before. */
const NO_TRANSACTION = Object.assign(new Error('cannot rollback - no transaction is active'), { code: 'SQLITE_ERROR' });

/** Whether a monitor takes writes for failing after each of some statements. */
function failingAfterEach(statements: readonly (readonly [sql: string, error?: Error])[]): boolean[] {
  const monitor = new WriteMonitor();
  return statements.map(([sql, error]) => {
    monitor.note(sql, error ?? null);
    return monitor.record.isFailing;
  });
}

describe('A write that succeeds ends the failure of the writes before it', () => {
  it.each<[string, [string, Error?][]]>([
    ['a statement of a transaction', [['BEGIN IMMEDIATE'], ['INSERT INTO kitten', FULL], ['ROLLBACK']]],
    ['one that SQLite rolled back', [['BEGIN IMMEDIATE'], ['UPDATE kitten', FULL], ['ROLLBACK', NO_TRANSACTION]]],
    ['a commit', [['BEGIN IMMEDIATE'], ['INSERT INTO kitten'], ['COMMIT', FULL], ['ROLLBACK', NO_TRANSACTION]]],
    ['a commit, without a rollback', [['BEGIN IMMEDIATE'], ['INSERT INTO kitten'], ['COMMIT', FULL]]],
    ['a begin', [['BEGIN IMMEDIATE', FULL]]],
    ['a statement alone', [['DELETE FROM kitten', FULL]]],
  ])('after %s', (_, failed) => {
    expect(failingAfterEach(failed).at(-1)).toBe(true);
    expect(failingAfterEach([...failed, ['SELECT 1'], ['INSERT INTO login_throttle']]).slice(-2)).toEqual([
      true,
      false,
    ]);
    expect(failingAfterEach([...failed, ['BEGIN IMMEDIATE'], ['INSERT INTO kitten'], ['COMMIT']]).slice(-3)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('only when it is committed, also after a return to a savepoint', () => {
    const nested: [string, Error?][] = [
      ['BEGIN IMMEDIATE'],
      ['SAVEPOINT typeorm_1'],
      ['INSERT INTO kitten', FULL],
      ['ROLLBACK TO SAVEPOINT typeorm_1'],
      ['INSERT INTO kitten'],
      ['COMMIT'],
    ];
    expect(failingAfterEach(nested)).toEqual([false, false, true, true, true, false]);
  });
});
