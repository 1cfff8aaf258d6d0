import { join } from 'node:path';
import type { DataSource, ObjectLiteral } from 'typeorm';
import { AuditEventRepository, type AuditConditions } from '../../src/audit/audit-event.repository.js';
import { AuthHeaderRepository } from '../../src/authheader/auth-header.repository.js';
import { openDatabase } from '../../src/database/data-source.js';
import { GroupCommit } from '../../src/database/sqlite/group-commit.js';
import { SqliteDatabase } from '../../src/database/sqlite/sqlite-database.js';
import { ListRunner } from '../../src/database/statement-runner.js';
import { LoginThrottleRepository } from '../../src/login/login-throttle.repository.js';
import { SessionRepository } from '../../src/session/session.repository.js';
import { newFolder } from '../support/server.js';

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
class NoStatements extends ListRunner {
  query(): Promise<ObjectLiteral[]> {
    return Promise.reject(new Error('No statement was expected'));
  }
}

describe('However many rows a table has', () => {
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await openDatabase(new SqliteDatabase({ file: join(newFolder(), 'personas.sqlite') }));
    await dataSource.query(`INSERT INTO "user" (id, username, username_key, email, email_key, password_hash,
      password_changed, roles, created) VALUES ('u', 'u', 'u', 'u', 'u', '', '${LONG_AGO}', '[]', '${LONG_AGO}')`);
  });

  afterAll(() => dataSource.destroy());

  const audit = () => new AuditEventRepository(dataSource, new NoStatements());
  const sessions = () => new SessionRepository(dataSource, new NoStatements(), new NoStatements());
  const throttle = () => new LoginThrottleRepository(dataSource, new NoStatements(), new GroupCommit(dataSource));

  it.each([
    [
      'audit_event',
      `INSERT INTO audit_event (id, at, action, outcome, username, credential, ip, user_agent, detail)
       SELECT n, '${LONG_AGO}', 'login', 'success', '', 'jwt', '', '', '' FROM number`,
      (before: Date) => audit().deleteUnplacedBefore(before),
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

  const ENDING = { after: new Date(), until: new Date(FAR_OFF) };

  it.each([
    ['of all users, by their expiry', undefined, /^SEARCH header USING INDEX \w+ \(expires>\? AND expires<\?\)$/],
    [
      'of one, by their owner',
      'u',
      /^SEARCH header USING INDEX \w+ \((?:user_id=\? AND id<\?|expires>\? AND expires<\?)\)$/,
    ],
  ])('a page of the auth headers that expire soon is read from an index: those %s', async (_, userId, step) => {
    const runner = new PlanningRunner(dataSource);
    await new AuthHeaderRepository(dataSource, runner, runner).listAll(userId, ENDING, { limit: 100 });
    expect(runner.plan).toContainEqual(expect.stringMatching(step));
    expect(runner.plan.filter((detail) => detail.startsWith('SCAN'))).toEqual([]);
  });

  it.each([
    ['audit_event', 'at', (before: Date) => audit().deleteUnplacedBefore(before)],
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
