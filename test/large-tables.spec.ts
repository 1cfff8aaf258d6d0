import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, ObjectLiteral } from 'typeorm';
import { AuditEventRepository, type AuditConditions } from '../src/audit/audit-event.repository.js';
import { dataSourceOptions, openDatabase } from '../src/database/data-source.js';
import { ListRunner, StatementRunner } from '../src/database/statement-runner.js';
import { LoginThrottleRepository } from '../src/login/login-throttle.repository.js';
import { SessionRepository } from '../src/session/session.repository.js';
import { run } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { ADMIN, leftFolder, newFolder } from './support/server.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const FAR_OFF = '2099-01-01T00:00:00.000Z';
const ROWS = 5000;
/** Each number up to `ROWS`. */
const NUMBERS = `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${ROWS})`;

/** Runs nothing, and tells how it would be run. */
class PlanningRunner extends ListRunner {
  readonly plan: string[] = [];

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async query(sql: string, values: readonly unknown[]): Promise<ObjectLiteral[]> {
    const steps = await this.dataSource.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, [...values]);
    this.plan.push(...steps.map(({ detail }) => detail));
    return [];
  }
}

/** For what is asked of the writing connection alone. */
class NoStatements extends StatementRunner {
  query(): Promise<ObjectLiteral[]> {
    return Promise.reject(new Error('No statement was expected'));
  }
}

describe('However many rows a table has', () => {
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await openDatabase(dataSourceOptions({ sqliteFile: join(newFolder(), 'personas.sqlite') }));
    await dataSource.query(`INSERT INTO user (id, username, username_key, email, email_key, password_hash,
      password_changed, roles, created) VALUES ('u', 'u', 'u', 'u', 'u', '', '${LONG_AGO}', '[]', '${LONG_AGO}')`);
  });

  afterAll(() => dataSource.destroy());

  const audit = () => new AuditEventRepository(dataSource, new NoStatements());
  const sessions = () => new SessionRepository(dataSource, new NoStatements());
  const throttle = () => new LoginThrottleRepository(dataSource, new NoStatements());

  it.each([
    [
      'audit_event',
      `INSERT INTO audit_event (id, at, action, outcome, username, credential, ip, user_agent, detail)
       SELECT n, '${LONG_AGO}', 'login', 'success', '', 'jwt', '', '', '' FROM number`,
      (before: Date) => audit().deleteBefore(before),
    ],
    [
      'session',
      `INSERT INTO session (id, user_id, created, expires, ip, network, user_agent)
       SELECT n, 'u', '${LONG_AGO}', '${LONG_AGO}', '', '', '' FROM number`,
      (before: Date) => sessions().deleteExpired(before),
    ],
    [
      'login_throttle',
      `INSERT INTO login_throttle (budget, attempts, window_ends) SELECT n, 1, '${LONG_AGO}' FROM number`,
      (before: Date) => throttle().deleteEnded(before),
    ],
  ])('what is over in %s is removed, and other writes come in between', async (table, insertion, remove) => {
    await dataSource.query(`${NUMBERS} ${insertion}`);
    const moment = table === 'audit_event' ? 'at' : table === 'session' ? 'expires' : 'window_ends';
    await dataSource.query(`UPDATE ${table} SET ${moment} = '${FAR_OFF}' WHERE rowid = 7`);

    const removal = remove(new Date());
    await dataSource.query("INSERT OR REPLACE INTO kitten VALUES (9, 'k', '', 0, 0, NULL)");
    const [between] = await dataSource.query<{ n: number }[]>(`SELECT COUNT(*) AS n FROM ${table}`);
    expect(between?.n).toBeGreaterThan(1);

    expect(await removal).toBe(ROWS - 1);
    expect(await dataSource.query(`SELECT ${moment} AS moment FROM ${table}`)).toEqual([{ moment: FAR_OFF }]);
  });

  const filters: AuditConditions[] = [
    { action: 'key.rotate' },
    { outcome: 'throttled' },
    { action: 'login', outcome: 'refused' },
    { userId: 'u' },
    { target: 'u' },
  ];

  it.each(filters)('a page of the audit with %j is read from an index, in its order', async (filter) => {
    const runner = new PlanningRunner(dataSource);
    await new AuditEventRepository(dataSource, runner).list(filter, { limit: 100 });
    expect(runner.plan).toHaveLength(1);
    expect(runner.plan[0]).toMatch(/^SEARCH event USING INDEX \w+ \(\w+=\? AND id<\?\)$/);
  });

  it.each([
    ['audit_event', 'at', (before: Date) => audit().deleteBefore(before)],
    ['session', 'expires', (before: Date) => sessions().deleteExpired(before)],
    ['login_throttle', 'window_ends', (before: Date) => throttle().deleteEnded(before)],
  ])('what is over in %s is found by an index on %s', async (_, moment, remove) => {
    const runner = dataSource.createQueryRunner();
    const query = jest.spyOn(Object.getPrototypeOf(runner) as typeof runner, 'query');
    await remove(new Date());
    const [sql = '', values] = query.mock.calls.at(-1) ?? [];
    query.mockRestore();
    await runner.release();
    const steps = await dataSource.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, values);
    expect(steps.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(new RegExp(`^SEARCH row USING .*INDEX \\w+ \\(${moment}<\\?\\)$`)),
    );
  });
});

describe('While a write waits for another process', () => {
  const { client, database } = useServer();

  it('every list is answered, since none is read on the connection that writes', async () => {
    const jwt = await client.logIn();
    await database.query('BEGIN IMMEDIATE');
    let isWritten = false;
    const login = client
      .post('/user/login', { username: ADMIN.username, password: ADMIN.password })
      .then(({ status }) => {
        isWritten = true;
        return status;
      });
    try {
      // Until the login has taken the connection, and waits on it.
      await sleep(1000);
      for (const list of [
        '/audit/list',
        '/audit/list?action=login&outcome=success',
        '/user/list',
        '/user/list?search=admin',
      ])
        expect((await client.get<unknown[]>(list, jwt)).body).not.toHaveLength(0);
      expect(isWritten).toBe(false);
    } finally {
      await database.query('ROLLBACK');
    }
    expect(await login).toBe(200);
  });
});

describe('A command on a table that does not fit into its memory', () => {
  const ROWS_OF_A_LARGE_TABLE = 10_000;
  let left: ReturnType<typeof leftFolder>;

  /** Runs a command with a heap of some megabytes more than it needs for a short table. */
  const runWithin = (heapMegabytes: number, args: readonly string[]) =>
    run(left, args, { env: { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` } });

  beforeAll(async () => {
    left = leftFolder();
    const database = await TestDatabase.of(left);
    await database.query(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${ROWS_OF_A_LARGE_TABLE})
       INSERT INTO auth_header (id, user_id, name, token_hash, masked, sealed_token, scopes, allowed_ips, created)
       SELECT printf('%08d', n), user.id, 'n' || n, 'h' || n, 'm' || n, hex(randomblob(120)), '[]', '[]', '${LONG_AGO}'
       FROM number, user`,
    );
    await database.close();
  });

  it('lists all of it', async () => {
    const { code, stdout, stderr } = await runWithin(26, ['authheader', 'list', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toHaveLength(ROWS_OF_A_LARGE_TABLE);
  });

  it('diagnoses all of it', async () => {
    const { stdout } = await runWithin(20, ['doctor']);
    expect(stdout).toContain(`it does not open ${ROWS_OF_A_LARGE_TABLE} of ${ROWS_OF_A_LARGE_TABLE + 1} sealed values`);
  });
});
