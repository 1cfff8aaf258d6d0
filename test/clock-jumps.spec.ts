import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, HOUR_MS } from '../src/config/time.js';
import { newAddress } from './support/client.js';
import { ADMIN, BEHIND_PROXY, newFolder } from './support/server.js';
import { jumpingClock } from './support/shifted-clock.js';
import { useServer } from './support/use-server.js';

const file = join(newFolder(), 'ahead-by-ms');
const { client, database } = useServer({ env: { ...BEHIND_PROXY, ...jumpingClock(file) } });

/** As documented: docs/security.md, wrong passwords from one network. */
const LOCKED_OUT_SECONDS = 900;
const NEW_PASSWORD = 'gr8 tdlx, and more';

async function jumpTo(aheadMs: number): Promise<void> {
  writeFileSync(file, String(aheadMs));
  await sleep(100);
}

const statusOf = async (token: string) => (await client.get('/user/me', token)).status;

describe('A clock that jumps under a server, ahead and back and behind', () => {
  it.each([
    ['an hour', HOUR_MS],
    ['three days', 3 * DAY_MS],
  ])('by %s, brings back nothing that was revoked, and keeps nobody out', async (name, byMs) => {
    const username = `jumper-${byMs}`;
    await database.addUser(username);
    const from = client.from(newAddress());
    const jwt = await from.logIn(username);
    const kept = await from.addAuthHeader(jwt, { name: 'kept' });
    const deleted = await from.addAuthHeader(jwt, { name: 'deleted' });
    const ends: string[] = [];

    await jumpTo(byMs);
    const later = await from.logIn(username);
    await from.post('/authheader/delete', { text: deleted.id }, later);
    const changed = await from.post<{ Token: string }>('/user/password', {
      username,
      password: ADMIN.password,
      newPassword: NEW_PASSWORD,
    });
    expect(changed.status).toBe(200);
    ends.push(deleted.token, jwt, later);
    expect((await from.post('/user/logout', {}, changed.body.Token)).status).toBe(200);
    ends.push(changed.body.Token);

    for (const aheadMs of [byMs, 0, -byMs, 0]) {
      await jumpTo(aheadMs);
      expect([name, aheadMs, await Promise.all(ends.map(statusOf))]).toEqual([name, aheadMs, ends.map(() => 401)]);
      expect(await statusOf(kept.token)).toBe(200);
      const again = await client.from(newAddress()).logIn(username, NEW_PASSWORD);
      expect(await statusOf(again)).toBe(200);
      const added = await client.addAuthHeader(again, { name: `at ${aheadMs}` });
      expect(await statusOf(added.token)).toBe(200);
      await client.post('/user/logout', {}, again);
      ends.push(again);
    }
  });

  it('shuts out for wrong passwords no longer than is documented', async () => {
    await database.addUser('guessed');
    const from = client.from(newAddress());
    const guess = (password = 'wrong') => from.post('/user/login', { username: 'guessed', password });
    await jumpTo(3 * DAY_MS);
    for (let turn = 0; turn < 11; turn++) await guess();
    expect((await guess(ADMIN.password)).status).toBe(429);
    await jumpTo(0);
    const { status, headers } = await guess(ADMIN.password);
    const seconds = Number(headers.get('retry-after') ?? 0);
    expect([200, 429]).toContain(status);
    expect(seconds).toBeLessThanOrEqual(LOCKED_OUT_SECONDS);
  });
});
