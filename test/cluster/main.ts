import { once } from 'node:events';
import { removeFolders } from '../support/folders.js';
import { ADMIN } from '../support/launch.js';
import { startPostgres } from '../support/postgres-server.js';
import { Cluster } from './cluster.js';

/** `npm run cluster`: the topology of compose.yaml for a person, until Ctrl-C. DATABASE_URL names an empty database of one's own. */
async function main(): Promise<void> {
  const ends: (() => unknown)[] = [removeFolders];
  const stopped = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
  try {
    const { DATABASE_URL } = process.env;
    const postgres = DATABASE_URL === undefined ? await startPostgres() : undefined;
    if (postgres !== undefined) ends.unshift(() => postgres.stop());
    const databaseUrl = DATABASE_URL ?? postgres?.url ?? '';
    const cluster = await Cluster.start({ databaseUrl, withNginx: true });
    ends.unshift(() => cluster.stop());
    const lines = [
      `nginx          ${cluster.url}`,
      ...cluster.instances.map(({ url }, index) => `instance ${index + 1}     ${url}`),
      ...(postgres === undefined ? [] : [`PostgreSQL     ${postgres.url}`]),
      `administrator  ${ADMIN.username}, password ${ADMIN.password}`,
      'Ctrl-C ends all of it.',
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    await stopped;
  } finally {
    for (const end of ends) await end();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
