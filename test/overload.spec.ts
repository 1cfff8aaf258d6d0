import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './support/client.js';
import { useServer } from './support/use-server.js';

/** More than the changes of one user that may be under way. */
const FLOOD = 400;

describe('While changes wait for the database', () => {
  const { server, client, database } = useServer();

  it('the surplus ones of one user are refused at once, guarded calls are served, and afterwards all is well', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt);
    const { token: notRemembered } = await client.addAuthHeader(jwt);
    expect((await client.get('/auth/verify', token)).status).toBe(200);
    await database.beginAlone();
    const early: Answer[] = [];
    let isReleased = false;
    const changes = Array.from({ length: FLOOD }, async () => {
      const answer = await client.post('/authheader/add', { name: 'flood' }, jwt);
      if (!isReleased) early.push(answer);
      return answer.status;
    });
    // As many as are beyond the bound: without it, none would be answered before the lock is released or given up.
    while (early.length < FLOOD / 4) await sleep(20);
    // Those that wait until they give up are logged.
    expect(server.output()).not.toContain('ERROR');
    for (const { status, headers } of early) expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    for (const each of [token, notRemembered]) expect((await client.get('/auth/verify', each)).status).toBe(200);
    expect((await client.get('/authheader/list', jwt)).status).toBe(200);
    isReleased = true;
    await database.query('ROLLBACK');
    for (const status of await Promise.all(changes)) expect([200, 503]).toContain(status);
    expect((await client.addAuthHeader(jwt)).id).toBeDefined();
  });
});
