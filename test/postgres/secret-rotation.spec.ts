import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../support/command-line.js';
import { unopenedBy, valuesOf } from '../support/sealed-values.js';
import { useServer } from '../support/use-server.js';

describe('A rotation of the secret', () => {
  const { server, client, database } = useServer();
  const secretOf = () => readFileSync(join(server.folder, 'data/secret-key'), 'utf8').trim();

  /** How many sessions wait for a lock. */
  async function waitingSessions(): Promise<number> {
    const [row] = await database.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row?.n ?? 0;
  }

  it('waits until PostgreSQL ends the transactions of a stopped server, whose calls answer 503, and loses nothing', async () => {
    const jwt = await client.logIn();
    const old = secretOf();
    const rotated = await client.addAuthHeader(jwt, { name: 'rotated' });
    // Changes of one user's auth headers would wait for each other.
    await database.addUser('adder');
    const addersJwt = await client.logIn('adder');
    await database.beginAlone();
    const waiting = [
      client.post('/authheader/add', { name: 'late' }, addersJwt),
      client.post('/authheader/rotate', { text: rotated.id }, jwt),
    ];
    while ((await waitingSessions()) < waiting.length) await sleep(20);
    server.process.kill('SIGSTOP');
    try {
      await database.query('ROLLBACK');
      expect(await run(server, ['secret', 'rotate'])).toMatchObject({ code: 0, stderr: '' });
    } finally {
      server.process.kill('SIGCONT');
    }
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([503, 503]);
    const { token } = await client.addAuthHeader(jwt, { name: 'afterwards' });
    expect(await valuesOf(client, jwt)).toEqual({ rotated: rotated.token, afterwards: token });
    expect(secretOf()).not.toBe(old);
    expect(await unopenedBy(database, secretOf())).toEqual([]);
  });
});
