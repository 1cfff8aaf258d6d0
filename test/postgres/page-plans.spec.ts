import { loadSettings } from '../../src/config/load-settings.js';
import { openDatabase } from '../../src/database/data-source.js';
import { databaseOf } from '../../src/database/databases.js';
import { PooledStatements } from '../../src/database/postgres/pooled-statements.js';
import { PostgresConnection } from '../../src/database/postgres/postgres-connection.js';
import { environmentOf } from '../support/launch.js';
import { useSharedServer } from '../support/use-server.js';

/** PostgreSQL keeps a plan for any values after five uses. */
const USES = 10;

const { server } = useSharedServer();

it('Each page of a list is planned for its values, and a look-up once for all', async () => {
  // One connection, which can be asked for its prepared statements.
  const settings = { ...loadSettings(await environmentOf(server.folder, {})), databasePoolMax: 1 };
  const dataSource = await openDatabase(databaseOf(settings));
  try {
    if (!('host' in settings.database)) throw new TypeError('no PostgreSQL');
    const statements = new PooledStatements(dataSource, new PostgresConnection(settings.database, settings));
    const page = 'SELECT id FROM auth_header WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT 5';
    const lookUp = 'SELECT id FROM auth_header WHERE token_hash = $1';
    for (let use = 0; use < USES; use++) {
      await statements.queryPage(page, ['somebody', '~']);
      await statements.query(lookUp, ['unknown']);
    }
    expect(await dataSource.query('SELECT statement FROM pg_prepared_statements WHERE generic_plans > 0')).toEqual([
      { statement: lookUp },
    ]);
  } finally {
    await dataSource.destroy();
  }
});
