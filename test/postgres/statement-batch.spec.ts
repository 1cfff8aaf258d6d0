import pg from 'pg';
import { type Statement, StatementBatch } from '../../src/database/postgres/statement-batch.js';
import { postgresUrl } from '../support/launch.js';

const begin = { text: 'START TRANSACTION', name: 'begin' };
const commit = { text: 'COMMIT', name: 'commit' };
const insert = (value: unknown) => ({
  text: 'INSERT INTO batched (value) VALUES ($1)',
  name: 'insert',
  values: [value],
});
const all = { text: 'SELECT id, value FROM batched ORDER BY id', name: 'all' };

describe('Statements in one message', () => {
  let client: pg.Client;

  beforeEach(async () => {
    client = new pg.Client(postgresUrl());
    await client.connect();
    await client.query(
      'CREATE TEMPORARY TABLE batched (id integer GENERATED ALWAYS AS IDENTITY, value varchar(5) UNIQUE)',
    );
  });

  afterEach(() => client.end());

  async function run(...statements: Statement[]) {
    const batch = client.query(new StatementBatch(statements));
    await batch.done;
    return batch.results;
  }

  async function failure(...statements: Statement[]) {
    const batch = client.query(new StatementBatch(statements));
    const code = await batch.done.then(
      () => undefined,
      (error: unknown) => (error as { code?: string }).code,
    );
    return { code, answered: batch.results.length };
  }

  it('answer what each of them would have alone, prepared or not, at each use', async () => {
    const rows = [
      { id: 1, value: 'a' },
      { id: 2, value: null },
    ];
    const expected = [
      { command: 'START', rowCount: null, rows: [] },
      { command: 'INSERT', rowCount: 1, rows: [] },
      { command: 'INSERT', rowCount: 1, rows: [] },
      { command: 'SELECT', rowCount: 2, rows },
      { command: 'SELECT', rowCount: 2, rows },
      { command: 'ROLLBACK', rowCount: null, rows: [] },
    ];
    const restart = { text: 'ALTER TABLE batched ALTER COLUMN id RESTART' };
    for (let use = 0; use < 3; use++) {
      const unprepared = { text: all.text };
      expect(await run(begin, insert('a'), insert(null), all, unprepared, { text: 'ROLLBACK' })).toEqual(expected);
      await run(restart);
    }
  });

  it('are not run behind one that fails, and a COMMIT among them is not obeyed', async () => {
    expect(await failure(begin, insert('a'), insert('a'), insert('b'), commit)).toEqual({ code: '23505', answered: 2 });
    await run({ text: 'ROLLBACK' });
    expect(await run(all)).toMatchObject([{ rows: [] }]);
  });

  it('can be prepared again after a failure, whichever of them had been parsed', async () => {
    expect(await failure(begin, insert('too long'), all, commit)).toEqual({ code: '22001', answered: 1 });
    await run({ text: 'ROLLBACK' });
    const results = await run(begin, insert('a'), all, commit);
    expect(results.map(({ command }) => command)).toEqual(['START', 'INSERT', 'SELECT', 'COMMIT']);
  });

  it('are not sent with a value that has no text', async () => {
    expect(() => new StatementBatch([insert('a'), insert({})])).toThrow(TypeError);
    expect(await run(all)).toMatchObject([{ rows: [] }]);
  });

  it('store no NUL, which PostgreSQL has none of', async () => {
    await run(insert('a\0b'));
    expect(await run(all)).toMatchObject([{ rows: [{ value: 'a\uFFFDb' }] }]);
  });

  it('fail when their connection ends', async () => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    client.on('error', () => undefined);
    const code = failure(begin, { text: 'SELECT pg_sleep(30)' }, commit);
    const other = new pg.Client(postgresUrl());
    await other.connect();
    await other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await other.end();
    expect(await code).toEqual({ code: '57P01', answered: 1 });
  });
});
