import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../support/free-port.js';
import { OUTLIVES_KILL, type PostgresServer, startPostgres, WITH_STANDBYS } from '../support/postgres-server.js';
import { logIn, type Revocable } from './credentials.js';
import { check } from './http.js';
import { PROMISE_MS } from './meter.js';
import { report, SIZES } from './sizes.js';
import { TcpProxy } from './tcp-proxy.js';
import { useCluster } from './use-cluster.js';
import { Writers } from './writers.js';

const WRITE_MS = 400;
/** More transactions than the former primary makes without its standby: their numbers are used again, up to this many. */
const OVERTAKEN = 5000;
const SYNCHRONOUS = "ALTER SYSTEM SET synchronous_standby_names = 'standby'";
const ASYNCHRONOUS = "ALTER SYSTEM SET synchronous_standby_names = ''";

/** In the order of their starts: the data of each standby is in the folder of its primary. */
const servers: PostgresServer[] = [];
const proxies: TcpProxy[] = [];
let primary: PostgresServer;
/** What instances take for the database: their provider points it at the server that was promoted. */
let address: TcpProxy;

const used = useCluster(
  () => ({ databaseUrlOf: () => address.databaseUrl }),
  async () => {
    primary = await startPostgres([...OUTLIVES_KILL, ...WITH_STANDBYS]);
    servers.push(primary);
    address = await proxyTo(primary);
    return address.databaseUrl;
  },
);

afterAll(async () => {
  for (const proxy of proxies) await proxy.close();
  for (const server of servers.reverse()) await server.stop();
});

async function proxyTo(server: PostgresServer): Promise<TcpProxy> {
  const proxy = await TcpProxy.to(server.url, await freePort());
  proxies.push(proxy);
  return proxy;
}

/** Executes statements one by one, and returns the first value of the last one. */
async function ask(server: PostgresServer, ...statements: readonly string[]): Promise<unknown> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  let value: unknown;
  for (const text of statements) {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    value = rows[0]?.[0];
  }
  await client.end();
  return value;
}

/** A standby that has received everything so far. */
async function addStandby(linkPort: number): Promise<PostgresServer> {
  const standby = await primary.startStandby(linkPort);
  servers.push(standby);
  await catchUp(standby);
  return standby;
}

async function catchUp(standby: PostgresServer): Promise<void> {
  const position = String(await ask(primary, 'SELECT pg_current_wal_flush_lsn()'));
  while ((await ask(standby, `SELECT pg_last_wal_replay_lsn() >= '${position}'`)) !== true) await sleep(10);
}

/** Kills the primary, and promotes a standby in its place. @returns how long the instances took from then on, in milliseconds */
async function promote(standby: PostgresServer, token: string): Promise<number> {
  primary.kill();
  await ask(standby, 'SELECT pg_promote()', ASYNCHRONOUS, 'SELECT pg_reload_conf()');
  primary = standby;
  const numbers = `DO $$ BEGIN FOR n IN 1..${OVERTAKEN} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`;
  await ask(primary, numbers);
  await address.leadTo(primary.url);
  return used.cluster.timeToServe(token);
}

/** The statuses that the instances answer for a credential. */
const answers = async (token: string): Promise<number[]> =>
  Promise.all(used.cluster.instances.map(async (instance) => (await check(instance, token)).status));

const everywhere = (status: number): number[] => used.cluster.instances.map(() => status);

/** Credentials that every instance remembers. */
async function remembered(): Promise<Revocable> {
  const made = await used.maker.deleted();
  expect(await answers(made.token)).toEqual(everywhere(200));
  return made;
}

describe('After a standby was promoted in place of a primary that was killed, the instances serve again', () => {
  it('with every change that was answered and nothing that was revoked, where commits waited for the standby', async () => {
    const times: number[] = [];
    const { token } = await used.maker.addAuthHeader();
    for (let round = 0; round < SIZES.promotions; round++) {
      const standby = await addStandby(primary.port);
      await ask(primary, SYNCHRONOUS, 'SELECT pg_reload_conf()');
      const urls = used.cluster.instances.map(({ url }) => url);
      const writers = new Writers([...urls, ...urls], await logIn(used.cluster.at(0).url));
      try {
        await sleep(WRITE_MS);
        times.push(await promote(standby, token));
      } finally {
        await writers.stop();
      }
      expect(await used.cluster.faultsAfter(writers)).toEqual([]);
      expect([200, 503]).toEqual(expect.arrayContaining([...writers.statuses]));
      expect(Math.min(writers.valid.size, writers.revoked.size)).toBeGreaterThan(0);
    }
    report('All instances serve again after a synchronous standby was promoted', times);
  });

  it('without what a standby that lagged has never received, which none of them remembers', async () => {
    const times: number[] = [];
    for (let round = 0; round < SIZES.promotions; round++) {
      const link = await proxyTo(primary);
      const standby = await addStandby(link.port);
      const [revoked, revokedTooLate, { token }] = await Promise.all([remembered(), remembered(), remembered()]);
      await revoked.revoke();
      await catchUp(standby);
      await link.set('refused');
      await revokedTooLate.revoke();
      const lost = await remembered();
      times.push(await promote(standby, token));
      await sleep(PROMISE_MS);
      const tokens = { revoked: revoked.token, revokedTooLate: revokedTooLate.token, lost: lost.token };
      const seen = Object.entries(tokens).map(async ([name, shown]) => [name, await answers(shown)] as const);
      expect(Object.fromEntries(await Promise.all(seen))).toEqual({
        revoked: everywhere(401),
        // No server can know of it: docs/scaling.md says what to do.
        revokedTooLate: everywhere(200),
        lost: everywhere(401),
      });
    }
    report('All instances serve again after a standby was promoted that lagged', times);
  });
});
