import { setTimeout as sleep } from 'node:timers/promises';
import { SIZES } from '../../cluster/sizes.js';
import { Client } from '../../support/client.js';
import { TestDatabase } from '../../support/database.js';
import { whenReady } from '../../support/launch.js';
import { OUTLIVES_KILL, startPostgres } from '../../support/postgres-server.js';
import { PostgresSession } from '../../support/postgres-session.js';
import { newFolder, startServer } from '../../support/server.js';
import { CrashLoad } from '../crash-load.js';
import { tell, useSoak } from '../use-soak.js';

const DOWN_MS = 200;

const { mails, main, settings } = useSoak();

it(`After PostgreSQL was killed amid all kinds of changes, ${SIZES.crashesOfPostgres} times, every acknowledged one is there`, async () => {
  const postgres = await startPostgres(OUTLIVES_KILL);
  try {
    const env = { ...settings(), DATABASE_URL: postgres.url };
    const server = await startServer({ env, main: main(), folder: newFolder() });
    const database = new TestDatabase(server, () => PostgresSession.open(postgres.url));
    const load = new CrashLoad(await Client.of(server), database, mails);
    for (let round = 0; round < SIZES.crashesOfPostgres; round++) {
      await load.round(async () => {
        await database.close();
        postgres.kill();
        await sleep(DOWN_MS);
        await postgres.restart();
        await whenReady(server.url);
      });
    }
    await load.end(server.folder, env);
    await database.close();
    await server.stop();
    tell('PostgreSQL', load);
  } finally {
    await postgres.stop();
  }
});
