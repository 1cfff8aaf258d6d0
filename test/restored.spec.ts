import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './support/command-line.js';
import { REVOCATION_DELAY_MS } from './support/database.js';
import { useServer } from './support/use-server.js';

const { server, client, database } = useServer();

it('After a restore with other tools, no server trusts what it remembers, and sessions end if that is asked for', async () => {
  const jwt = await client.logIn();
  const { id, token } = await client.addAuthHeader(jwt);
  expect((await client.get('/user/me', token)).status).toBe(200);
  // As a restore would: no server is told.
  await database.query('WITH lost AS (SELECT 1) DELETE FROM auth_header WHERE id = ?', id);
  expect((await client.get('/user/me', token)).status).toBe(200);
  expect((await run(server, ['database', 'restored'])).code).toBe(0);
  await sleep(REVOCATION_DELAY_MS);
  expect((await client.get('/user/me', token)).status).toBe(401);
  expect((await client.get('/user/me', jwt)).status).toBe(200);

  const { stdout } = await run(server, ['database', 'restored', '--end-all-sessions']);
  expect(stdout).toMatch(/^Ended sessions: [1-9]/);
  await sleep(REVOCATION_DELAY_MS);
  expect((await client.get('/user/me', jwt)).status).toBe(401);
});
