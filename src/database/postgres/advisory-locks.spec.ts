import { advisoryLocks } from './advisory-locks.js';

describe('The locks of a transaction', () => {
  const keys = (statements: ReturnType<typeof advisoryLocks>) => statements.map(({ values: [key] }) => BigInt(key));

  it('are taken in one order, however they are named', () => {
    const names = ['users', 'user a', 'user b', 'signing keys', 'user c'];
    const one = keys(advisoryLocks({ exclusive: names.slice(0, 2), shared: names.slice(2) }));
    const other = keys(
      advisoryLocks({ exclusive: names.slice(3).toReversed(), shared: names.slice(0, 3).toReversed() }),
    );
    expect(other).toEqual(one);
    expect(one.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(one);
  });

  it('are taken once: one that is shared and exclusive is exclusive, and never raised from the one to the other', () => {
    const [first, ...others] = advisoryLocks({ exclusive: ['a', 'a'], shared: ['a'] });
    expect(first?.text).toContain('pg_advisory_xact_lock(');
    expect(others).toEqual([]);
  });
});
