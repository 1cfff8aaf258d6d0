import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuthHeaderAnswer } from '../support/client.js';
import { run } from '../support/command-line.js';
import { unopenedBy, valuesOf } from '../support/sealed-values.js';
import { useServer } from '../support/use-server.js';

describe('A rotation of the secret', () => {
  const { server, client, database } = useServer();
  const secretOf = () => readFileSync(join(server.folder, 'data/secret-key'), 'utf8').trim();

  it('loses nothing that a slow server was about to store when it was rotated', async () => {
    const jwt = await client.logIn();
    const old = secretOf();
    const rotated = await client.addAuthHeader(jwt, { name: 'rotated' });
    await database.beginAlone();
    const waiting = [
      client.post('/authheader/add', { name: 'late' }, jwt),
      client.post('/authheader/rotate', { text: rotated.id }, jwt),
    ];
    // Their look-ups are made before these lists are read: the connection answers in order.
    for (let turn = 0; turn < 10; turn++) await valuesOf(client, jwt);
    server.process.kill('SIGSTOP');
    try {
      await database.query('ROLLBACK');
      expect(await run(server, ['secret', 'rotate'])).toMatchObject({ code: 0, stderr: '' });
    } finally {
      server.process.kill('SIGCONT');
    }
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [late, again] = answers.map(({ body }) => (body as unknown as AuthHeaderAnswer).token);
    expect(await valuesOf(client, jwt)).toMatchObject({ late, rotated: again });
    expect(secretOf()).not.toBe(old);
    expect(await unopenedBy(database, secretOf())).toEqual([]);
  });
});
