import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { ADMIN, leftFolder, type LeftFolder } from './support/server.js';
import { TESTED_DATABASE } from './support/tested-database.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';

describe('While a write waits for another process', () => {
  const { client, database } = useServer();

  it('every list is answered, since none is read on the connection that writes', async () => {
    const jwt = await client.logIn();
    await database.beginAlone();
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
  let left: LeftFolder;

  /** What PostgreSQL's driver, which is written in JavaScript, takes of the heap. */
  const DRIVER_MEGABYTES = TESTED_DATABASE === 'postgres' ? 5 : 0;

  /** Runs a command with a heap of some megabytes more than it needs for a short table. */
  const runWithin = (heapMegabytes: number, args: readonly string[]) =>
    run(left, args, { env: { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes + DRIVER_MEGABYTES}` } });

  beforeAll(async () => {
    left = await leftFolder();
    const database = await TestDatabase.of(left);
    await database.query(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${ROWS_OF_A_LARGE_TABLE})
       INSERT INTO auth_header (id, user_id, name, token_hash, masked, sealed_token, scopes, allowed_ips, created)
       SELECT 'id' || n, owner.id, 'n' || n, 'h' || n, 'm' || n, ?, '[]', '[]', '${LONG_AGO}'
       FROM number, "user" AS owner`,
      's'.repeat(240),
    );
    await database.close();
  });

  it('lists all of it', async () => {
    const { code, stdout, stderr } = await runWithin(28, ['authheader', 'list', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toHaveLength(ROWS_OF_A_LARGE_TABLE);
  });

  it('diagnoses all of it', async () => {
    const { stdout } = await runWithin(23, ['doctor']);
    // The others are the keys: that which signs, and those of the audit.
    expect(stdout).toMatch(new RegExp(`it does not open ${ROWS_OF_A_LARGE_TABLE} of \\d+ sealed values`));
  });
});
