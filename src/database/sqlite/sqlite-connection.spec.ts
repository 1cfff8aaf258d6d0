import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteConnection } from './sqlite-connection.js';

describe('SqliteConnection', () => {
  let connection: SqliteConnection;

  function open(file: string): Promise<SqliteConnection> {
    return new Promise((resolve, reject) => {
      const opened: SqliteConnection = new SqliteConnection(file, (error) => {
        if (error === null) resolve(opened);
        else reject(error);
      });
    });
  }

  beforeEach(async () => {
    connection = await open(':memory:');
  });

  function close(which = connection): Promise<Error | null> {
    return new Promise((resolve) => {
      which.close(resolve);
    });
  }

  it('runs a cached statement with the values of each call', async () => {
    const sums = await Promise.all([1, 2, 3].map((value) => connection.query('SELECT ? + 1 AS sum', [value])));
    expect(sums).toEqual([[{ sum: 2 }], [{ sum: 3 }], [{ sum: 4 }]]);
    expect(await close()).toBeNull();
  });

  it('reports a failed prepare to every caller, and prepares the statement once that succeeds', async () => {
    const ask = () => connection.query('SELECT name FROM later WHERE name = ?', ['x']);
    const refusals = await Promise.allSettled([ask(), ask(), ask()]);
    for (const { status } of refusals) expect(status).toBe('rejected');
    await connection.query('CREATE TABLE later (name TEXT)', []);
    expect(await ask()).toEqual([]);
    expect(await close()).toBeNull();
  });

  it('sees a schema change in a cached statement', async () => {
    await connection.query('CREATE TABLE thing (one TEXT)', []);
    await connection.query("INSERT INTO thing VALUES ('a')", []);
    expect(await connection.query('SELECT * FROM thing', [])).toEqual([{ one: 'a' }]);
    await connection.query('ALTER TABLE thing ADD COLUMN two TEXT', []);
    expect(await connection.query('SELECT * FROM thing', [])).toEqual([{ one: 'a', two: null }]);
    expect(await close()).toBeNull();
  });

  it('works after a failed statement', async () => {
    await connection.query('CREATE TABLE thing (name TEXT UNIQUE)', []);
    const insert = (name: string) => connection.query('INSERT INTO thing VALUES (?)', [name]);
    await insert('a');
    await expect(insert('a')).rejects.toThrow('UNIQUE');
    await insert('b');
    expect(await connection.query('SELECT name FROM thing', [])).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(await close()).toBeNull();
  });

  it('neither writes into an endless transaction nor reads an old snapshot after a statement that met a lock', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'personas-test-'));
    const [one, other] = [await open(join(folder, 'a.sqlite')), await open(join(folder, 'a.sqlite'))];
    const read = async (which: SqliteConnection) =>
      (await which.query('SELECT number FROM thing', []))[0]?.number as number;
    await one.query('PRAGMA journal_mode = WAL', []);
    await one.query('CREATE TABLE thing (number INTEGER)', []);
    await one.query('INSERT INTO thing VALUES (0)', []);
    const add = (which: SqliteConnection) => which.query('UPDATE thing SET number = number + ?', [1]);
    // Without it, a statement that meets a lock waits for a second.
    await one.query('PRAGMA busy_timeout = 10', []);
    await other.query('BEGIN IMMEDIATE', []);
    await add(other);
    await expect(add(one)).rejects.toThrow('SQLITE_BUSY');
    expect(await read(one)).toBe(0);
    await other.query('COMMIT', []);
    await add(other);
    expect(await read(one)).toBe(2);
    await add(one);
    await add(other);
    expect([await read(one), await read(other)]).toEqual([4, 4]);
    expect([await close(one), await close(other), await close()]).toEqual([null, null, null]);
    rmSync(folder, { recursive: true });
  });

  it('runs more different statements than the cache holds', async () => {
    const numbers = Array.from({ length: 250 }, (_, index) => index);
    const ask = (number: number) => connection.query(`SELECT ${number} AS number`, []);
    const answers = await Promise.all([...numbers, ...numbers].map(ask));
    expect(answers).toEqual([...numbers, ...numbers].map((number) => [{ number }]));
    expect(await close()).toBeNull();
  });
});
