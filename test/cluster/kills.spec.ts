import { setTimeout as sleep } from 'node:timers/promises';
import { OUTLIVES_KILL, type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { logIn } from './credentials.js';
import { report, SIZES } from './sizes.js';
import { useCluster } from './use-cluster.js';
import { Writers } from './writers.js';

const WRITE_MS = 400;
const DOWN_MS = 300;

let postgres: PostgresServer | undefined;

const used = useCluster(undefined, async () => {
  postgres = await startPostgres(OUTLIVES_KILL);
  return postgres.url;
});

afterAll(() => postgres?.stop());

/** Kills something in the middle of writes on all instances. Answers what the writers were told. */
async function killWhileWriting(kill: () => Promise<void>): Promise<Writers> {
  const urls = used.cluster.instances.map(({ url }) => url);
  const writers = new Writers([...urls, ...urls], await logIn(used.cluster.at(1).url));
  await sleep(WRITE_MS);
  try {
    await kill();
  } finally {
    await writers.stop();
  }
  return writers;
}

describe('Every change that was answered is there, and nothing that was revoked is accepted', () => {
  it('after an instance was killed in the middle of writes', async () => {
    const times: number[] = [];
    for (let round = 0; round < SIZES.kills; round++) {
      const victim = used.cluster.at(round);
      const writers = await killWhileWriting(async () => {
        await victim.stop('SIGKILL');
        await sleep(DOWN_MS);
      });
      const beganMs = performance.now();
      await victim.start();
      times.push(performance.now() - beganMs);
      expect(await used.cluster.faultsAfter(writers)).toEqual([]);
      expect([0, 200]).toEqual(expect.arrayContaining([...writers.statuses]));
      expect(Math.min(writers.valid.size, writers.revoked.size)).toBeGreaterThan(0);
    }
    report('An instance is ready again after its start', times);
  });

  it('after PostgreSQL was killed in the middle of writes', async () => {
    const times: number[] = [];
    const { token } = await used.maker.addAuthHeader();
    for (let round = 0; round < SIZES.kills; round++) {
      const writers = await killWhileWriting(async () => {
        postgres?.kill();
        await sleep(DOWN_MS);
        await postgres?.restart();
        times.push(await used.cluster.timeToServe(token));
      });
      expect(await used.cluster.faultsAfter(writers)).toEqual([]);
      expect([200, 503]).toEqual(expect.arrayContaining([...writers.statuses]));
      expect(Math.min(writers.valid.size, writers.revoked.size)).toBeGreaterThan(0);
    }
    report('All instances serve again after PostgreSQL was killed, from its recovery on', times);
  });
});
