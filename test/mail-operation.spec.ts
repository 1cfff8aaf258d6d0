import { DAY_MS } from '../src/config/time.js';
import { newAddress } from './support/client.js';
import { run } from './support/command-line.js';
import { until } from './support/mail-server.js';
import { eagerProgram, useMailingServer } from './support/mailing-server.js';
import { startServer } from './support/server.js';

const { server, client, database, mails, settings, isDone, isPostponed } = useMailingServer();

const forgot = (email: string) => client.from(newAddress()).post('/user/forgot', { email });
let count = 0;
/** A user of this test. */
async function addUser(): Promise<{ id: string; name: string; address: string }> {
  const name = `reader-${++count}`;
  return { id: await database.addUser(name), name, address: `${name}@example.com` };
}

describe('An auth header that is about to end', () => {
  it('is told once, a week before, to its owner', async () => {
    const { address, name } = await addUser();
    const jwt = await client.from(newAddress()).logIn(name);
    for (const each of ['ends', 'is-new', 'stays']) await client.addAuthHeader(jwt, { name: each });
    const days = (count: number) => new Date(Date.now() + count * DAY_MS).toISOString();
    const set = (which: string, created: number, expires: number) =>
      database.query(
        'UPDATE auth_header SET created = ?, expires = ? WHERE name = ?',
        days(created),
        days(expires),
        which,
      );
    await set('ends', -30, 6);
    // It was made to end so soon.
    await set('is-new', 0, 6);
    await set('stays', -30, 8);
    for (const env of [settings(), settings()]) {
      const other = await startServer({ folder: server.folder, env, main: eagerProgram() });
      await mails.waitFor(address);
      await other.stop();
    }
    await until(isDone);
    expect(mails.to(address).map(({ text }) => /auth header (\S+)/.exec(text)?.[1])).toEqual(['ends']);
  });
});

describe('doctor', () => {
  const env = () => settings();

  it('checks the connection, and sends a test mail', async () => {
    expect((await run(server, ['doctor'], { env: env() })).stdout).toMatch(
      /ok {4}mail +127\.0\.0\.1:\d+ takes connections/,
    );
    const { code, stdout } = await run(server, ['doctor', '--mail', 'operator@example.com'], { env: env() });
    expect([code, stdout]).toEqual([0, expect.stringContaining('has taken a test mail')]);
    expect((await mails.waitFor('operator@example.com')).headers.get('subject')).toBe('A test mail');
  });

  it('tells what the mail server refuses, and that none is set', async () => {
    mails.behaviour = { refuseRecipient: 550 };
    const refused = await run(server, ['doctor', '--mail', 'operator@example.com'], { env: env() });
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringMatching(/FAIL {2}mail .*answered 550 to RCPT; it takes no mail/),
    ]);
    const unset = await run(server, ['doctor', '--mail', 'operator@example.com']);
    expect([unset.code, unset.stdout]).toEqual([1, expect.stringContaining('SMTP_URL is not set')]);
  });
});

describe('secret rotate', () => {
  it('keeps the mails that wait', async () => {
    const { address } = await addUser();
    mails.behaviour = { refuseRecipient: 451 };
    await forgot(address);
    await until(isPostponed);
    expect((await run(server, ['secret', 'rotate'], { env: settings() })).code).toBe(0);
    const other = await startServer({ folder: server.folder, env: settings(), main: eagerProgram() });
    await server.stop();
    mails.behaviour = {};
    await database.query(`UPDATE mail SET due = '1970-01-01T00:00:00.000Z' WHERE due IS NOT NULL`);
    await mails.waitFor(address);
    await other.stop();
  });
});
