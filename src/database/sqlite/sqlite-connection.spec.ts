import { SqliteConnection } from './sqlite-connection.js';

describe('SqliteConnection', () => {
  let connection: SqliteConnection;

  beforeEach(async () => {
    connection = await new Promise((resolve, reject) => {
      const opened: SqliteConnection = new SqliteConnection(':memory:', (error) => {
        if (error === null) resolve(opened);
        else reject(error);
      });
    });
  });

  function close(): Promise<Error | null> {
    return new Promise((resolve) => {
      connection.close(resolve);
    });
  }

  it('answers a kept statement with the values of each run', async () => {
    const sums = await Promise.all([1, 2, 3].map((value) => connection.query('SELECT ? + 1 AS sum', [value])));
    expect(sums).toEqual([[{ sum: 2 }], [{ sum: 3 }], [{ sum: 4 }]]);
    expect(await close()).toBeNull();
  });

  it('tells everybody who waits for a statement that it cannot be prepared, and prepares it once it can be', async () => {
    const ask = () => connection.query('SELECT name FROM later WHERE name = ?', ['x']);
    const refusals = await Promise.allSettled([ask(), ask(), ask()]);
    for (const { status } of refusals) expect(status).toBe('rejected');
    await connection.query('CREATE TABLE later (name TEXT)', []);
    expect(await ask()).toEqual([]);
    expect(await close()).toBeNull();
  });

  it('sees a changed schema in a statement it keeps', async () => {
    await connection.query('CREATE TABLE thing (one TEXT)', []);
    await connection.query("INSERT INTO thing VALUES ('a')", []);
    expect(await connection.query('SELECT * FROM thing', [])).toEqual([{ one: 'a' }]);
    await connection.query('ALTER TABLE thing ADD COLUMN two TEXT', []);
    expect(await connection.query('SELECT * FROM thing', [])).toEqual([{ one: 'a', two: null }]);
    expect(await close()).toBeNull();
  });

  it('runs on after a statement that failed', async () => {
    await connection.query('CREATE TABLE thing (name TEXT UNIQUE)', []);
    const insert = (name: string) => connection.query('INSERT INTO thing VALUES (?)', [name]);
    await insert('a');
    await expect(insert('a')).rejects.toThrow('UNIQUE');
    await insert('b');
    expect(await connection.query('SELECT name FROM thing', [])).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(await close()).toBeNull();
  });

  it('answers more different statements than it keeps', async () => {
    const numbers = Array.from({ length: 250 }, (_, index) => index);
    const ask = (number: number) => connection.query(`SELECT ${number} AS number`, []);
    const answers = await Promise.all([...numbers, ...numbers].map(ask));
    expect(answers).toEqual([...numbers, ...numbers].map((number) => [{ number }]));
    expect(await close()).toBeNull();
  });
});
