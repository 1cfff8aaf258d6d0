import { makeFolderDatabase } from '../support/folder-database.js';
import { postgresUrl } from '../support/launch.js';
import { PostgresSession } from '../support/postgres-session.js';
import { newFolder, startServer } from '../support/server.js';

const STARTS = 4;
const SECRET_KEY = 'correct horse battery staple, and more';

// Administrators of databases choose this for other programs.
it('Instances that start at once on an empty database come up, also where the default is repeatable read', async () => {
  const DATABASE_URL = await makeFolderDatabase(postgresUrl(), newFolder());
  const session = await PostgresSession.open(DATABASE_URL);
  const [row] = await session.query('SELECT current_database() AS name');
  await session.query(`ALTER DATABASE ${String(row?.name)} SET default_transaction_isolation = 'repeatable read'`);
  await session.close();
  const env = { DATABASE_URL, SECRET_KEY };
  const servers = await Promise.all(Array.from({ length: STARTS }, () => startServer({ env })));
  await Promise.all(servers.map((server) => server.stop()));
});
