import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../support/client.js';
import { run } from '../support/command-line.js';
import { REVOCATION_DELAY_MS } from '../support/database.js';
import { makeFolderDatabase } from '../support/folder-database.js';
import { postgresUrl } from '../support/launch.js';
import { describeWithPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { newFolder, startServer, type TestServer } from '../support/server.js';

describeWithPgBouncer('Two servers behind PgBouncer in transaction mode, with two connections for both', () => {
  let pooler: PgBouncer;
  let env: Record<string, string>;
  let servers: TestServer[];
  let one: Client;
  let other: Client;

  beforeAll(async () => {
    pooler = await startPgBouncer(postgresUrl());
    const folder = newFolder();
    const url = pooler.urlFor(await makeFolderDatabase(postgresUrl(), folder));
    // Debian's PgBouncer keeps no prepared statements.
    env = { DATABASE_URL: url, DATABASE_PREPARED: 'false' };
    servers = await Promise.all([startServer({ folder, env }), startServer({ folder, env })]);
    [one, other] = (await Promise.all(servers.map((server) => Client.of(server)))) as [Client, Client];
  });

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await pooler.stop();
  });

  it('migrate, log in, add, check, list and delete, many at once', async () => {
    const jwt = await one.logIn();
    const added = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? one : other).addAuthHeader(jwt, { name: `n${index}` })),
    );
    const checks = await Promise.all(added.map(({ token }) => other.get('/user/me', token)));
    expect(checks.map(({ status }) => status)).toEqual(added.map(() => 200));
    expect((await one.get('/authheader/list', jwt)).status).toBe(200);
    const [first] = added;
    await one.post('/authheader/delete', { text: first?.id ?? '' }, jwt);
    await sleep(REVOCATION_DELAY_MS);
    expect((await other.get('/user/me', first?.token)).status).toBe(401);
  });

  it('run the commands', async () => {
    const [server] = servers;
    const outcome = await run(server ?? { folder: '' }, ['doctor'], { env });
    expect([outcome.code, outcome.stdout]).toEqual([0, expect.stringMatching(/^ok +database .* answers: PostgreSQL/m)]);
  });
});
