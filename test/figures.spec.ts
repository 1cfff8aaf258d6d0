import { join } from 'node:path';
import type { DataSource, ObjectLiteral } from 'typeorm';
import { AuditEventRepository } from '../src/audit/audit-event.repository.js';
import { UseCountRepository } from '../src/auth/use-count.repository.js';
import { AuthHeaderRepository } from '../src/authheader/auth-header.repository.js';
import { loadSettings } from '../src/config/load-settings.js';
import { openDatabase } from '../src/database/data-source.js';
import { databaseOf } from '../src/database/databases.js';
import { ListRunner } from '../src/database/statement-runner.js';
import { Transactions } from '../src/database/transactions.js';
import { environmentOf } from './support/launch.js';
import { TESTED_DATABASE } from './support/tested-database.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const ROWS = 20_000;

/** Runs each statement as it is, and tells how. */
class PlanningRunner extends ListRunner {
  plan = '';

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    const explain = TESTED_DATABASE === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
    // On another connection: SQLite keeps an explained statement open, and with it a snapshot.
    this.plan = JSON.stringify(await database.query(`${explain} ${sql}`, ...values));
    return this.dataSource.query<ObjectLiteral[]>(sql, [...values]);
  }
}

class NoTransactions extends Transactions {
  run<T>(): Promise<T> {
    return Promise.reject(new Error('No transaction was expected'));
  }
}

const { server, client, database } = useServer();
let dataSource: DataSource;
let runner: PlanningRunner;

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const dateAgo = (days: number): string => daysAgo(days).slice(0, 10);

beforeAll(async () => {
  const env = await environmentOf(server.folder, {});
  const absolute =
    TESTED_DATABASE === 'sqlite' ? { DATABASE_URL: `sqlite:${join(server.folder, 'data/personas.sqlite')}` } : {};
  const settings = loadSettings({ ...env, ...absolute, SECRET_KEY: 'of no use, but long enough for it' });
  dataSource = await openDatabase(databaseOf(settings));
  runner = new PlanningRunner(dataSource);
});

afterAll(() => dataSource.destroy());

describe('The figures', () => {
  it('count the requests of a day by the kind of their credential, and by auth header, also after the server has stopped', async () => {
    const jwt = await client.logIn();
    const busy = (await client.post<{ id: string; token: string }>('/authheader/add', { name: 'busy' }, jwt)).body;
    const quiet = (await client.post<{ id: string; token: string }>('/authheader/add', { name: 'quiet' }, jwt)).body;
    for (let request = 0; request < 5; request += 1) await client.get('/user/me', busy.token);
    await client.get('/user/me', quiet.token);
    await client.get('/user/me', 'ep_wrong');
    await server.stop();
    const counts = new UseCountRepository(dataSource, runner, new NoTransactions());
    expect(await counts.listDaily(dateAgo(1))).toEqual([
      { day: dateAgo(0), kind: 'auth-header', requests: 6 },
      { day: dateAgo(0), kind: 'jwt', requests: 2 },
    ]);
    expect(await counts.listBusiest(dateAgo(1))).toEqual([
      expect.objectContaining({ id: busy.id, name: 'busy', username: 'admin', requests: 5 }),
      expect.objectContaining({ id: quiet.id, name: 'quiet', username: 'admin', requests: 1 }),
    ]);
  });

  it('read the counts of their days alone', async () => {
    await database.query(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${ROWS})
       INSERT INTO use_count (id, requests) SELECT '2020-01-01 ' || n, 1 FROM number`,
    );
    if (TESTED_DATABASE === 'postgres') await database.query('ANALYZE use_count');
    const counts = new UseCountRepository(dataSource, runner, new NoTransactions());
    await counts.listBusiest(dateAgo(1));
    expect(runner.plan).toMatch(/SEARCH use_count USING INDEX|Index (?:Only )?Scan using \S+ on use_count/);
    await counts.listDaily(dateAgo(1));
    expect(runner.plan).toMatch(/SEARCH use_count USING INDEX|Index (?:Only )?Scan using \S+ on use_count/);
  });

  it('count the logins of a day by their outcome, from an index that holds all that is asked', async () => {
    await database.query(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${ROWS})
       INSERT INTO audit_event (id, at, action, outcome, username, credential, ip, user_agent, detail)
       SELECT 'old' || n, '${LONG_AGO}', 'login', 'success', '', 'jwt', '', '', '' FROM number`,
    );
    for (const [id, outcome] of [
      ['a', 'success'],
      ['b', 'refused'],
      ['c', 'success'],
    ])
      await database.query(
        `INSERT INTO audit_event (id, at, action, outcome, username, credential, ip, user_agent, detail)
         VALUES (?, ?, 'login', ?, '', 'password', '', '', '')`,
        id,
        daysAgo(2),
        outcome,
      );
    if (TESTED_DATABASE === 'postgres') await database.query('VACUUM ANALYZE audit_event');
    const events = await new AuditEventRepository(dataSource, runner).countOn(dateAgo(2));
    expect(events.toSorted((one, other) => one.events - other.events)).toEqual([
      { action: 'login', outcome: 'refused', events: 1 },
      { action: 'login', outcome: 'success', events: 2 },
    ]);
    expect(runner.plan).toMatch(/SEARCH audit_event USING COVERING INDEX|Index Only Scan using \S+ on audit_event/);
  });

  it('name the auth headers that are unused for longest, also those that were never used', async () => {
    await database.query("UPDATE auth_header SET created = ?, last_used = NULL WHERE name = 'quiet'", daysAgo(100));
    await database.query("UPDATE auth_header SET last_used = ? WHERE name = 'busy'", daysAgo(95));
    const headers = new AuthHeaderRepository(dataSource, runner, runner);
    const names = async (before: string) => (await headers.listUnused(new Date(before), 10)).map(({ name }) => name);
    expect(await names(daysAgo(90))).toEqual(['quiet', 'busy']);
    expect(await names(daysAgo(98))).toEqual(['quiet']);
    expect(await names(daysAgo(101))).toEqual([]);
  });

  it('forget the counts of the days that are past, and no others', async () => {
    await database.query('DELETE FROM use_count');
    for (const days of [0, 1, 2])
      await database.query('INSERT INTO use_count (id, requests) VALUES (?, 1)', `${dateAgo(days)} jwt`);
    await new UseCountRepository(dataSource, runner, new NoTransactions()).deleteBefore(new Date(daysAgo(1)));
    expect(await database.query('SELECT id FROM use_count ORDER BY id')).toEqual([
      { id: `${dateAgo(1)} jwt` },
      { id: `${dateAgo(0)} jwt` },
    ]);
  });
});
