import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthHeaderAnswer } from '../support/client.js';
import { type Outcome, run } from '../support/command-line.js';
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

  it('loses nothing that a stopped server was about to store, whether it waits in vain for that server or not', async () => {
    const jwt = await client.logIn();
    const old = secretOf();
    const rotated = await client.addAuthHeader(jwt, { name: 'rotated' });
    await database.beginAlone();
    const waiting = [
      client.post('/authheader/add', { name: 'late' }, jwt),
      client.post('/authheader/rotate', { text: rotated.id }, jwt),
    ];
    while ((await waitingSessions()) < waiting.length) await sleep(20);
    server.process.kill('SIGSTOP');
    let first: Outcome;
    try {
      await database.query('ROLLBACK');
      first = await run(server, ['secret', 'rotate']);
    } finally {
      server.process.kill('SIGCONT');
    }
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [late, again] = answers.map(({ body }) => (body as unknown as AuthHeaderAnswer).token);
    expect(await valuesOf(client, jwt)).toMatchObject({ late, rotated: again });
    // The stopped server may hold a lock that the rotation needs.
    if (first.code !== 0) {
      expect(first.stderr).toBe('The database is temporarily unavailable; try again\n');
      expect(await run(server, ['secret', 'rotate'])).toMatchObject({ code: 0, stderr: '' });
    }
    expect(secretOf()).not.toBe(old);
    expect(await unopenedBy(database, secretOf())).toEqual([]);
  });
});
