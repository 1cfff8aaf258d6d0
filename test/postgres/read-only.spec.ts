import { changedProgram } from '../support/changed-program.js';
import { timeUntil } from '../support/command-line.js';
import { useServer } from '../support/use-server.js';

let program: string | undefined;

describe('A PostgreSQL that was made read-only under a server', () => {
  const { server, client, database } = useServer({
    get main() {
      // Each check of the readiness tries a write, where none has succeeded in between.
      return (program ??= changedProgram([[/PROBE_EVERY_MS = 15e3/, 'PROBE_EVERY_MS = 0']]));
    },
  });

  const ready = async () => (await client.get('/health/ready')).status;
  const linesWith = (text: string) =>
    server
      .output()
      .split('\n')
      .filter((line) => line.includes(text));

  async function setReadOnly(value: 'on' | 'off'): Promise<void> {
    await database.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = ${value}', current_database()); END $$`,
    );
    // The setting holds for new connections.
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
  }

  it('is not ready, says so in one line, checks credentials, and recovers by itself', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt);
    await setReadOnly('on');
    // Although no request has written.
    await timeUntil(async () => (await ready()) === 503);
    for (let turn = 0; turn < 3; turn++)
      expect((await client.post('/authheader/add', { name: 'refused' }, jwt)).status).toBe(503);
    expect((await client.get('/user/me', token)).status).toBe(200);
    expect(linesWith('takes no writes: it may only be read (25006)')).toHaveLength(1);
    expect(linesWith('ERROR [Errors] unavailable').length).toBeLessThanOrEqual(2);
    await database.query('SET default_transaction_read_only = off');
    await setReadOnly('off');
    await timeUntil(async () => (await ready()) === 200);
    await client.addAuthHeader(jwt);
    expect(linesWith('takes writes again')).toHaveLength(1);
  });
});
