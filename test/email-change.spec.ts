import { HOUR_MS } from '../src/config/time.js';
import { MAIL_LIMITS } from '../src/login/login-limits.js';
import { type Answer, type Client, newAddress } from './support/client.js';
import { tokenIn, until } from './support/mail-server.js';
import { useMailingServer } from './support/mailing-server.js';

const { client, database, mails, isDone } = useMailingServer();

const stranger = (): Client => client.from(newAddress());
const codeOf = ({ status, body }: Answer): unknown[] => [status, body.code];
const confirm = (token: string) => stranger().post('/user/email/confirm', { token });
const undo = (token: string) => stranger().post('/user/email/undo', { token });
let count = 0;

/** A user who has just logged in, from an address that is theirs from then on. */
async function addUser(): Promise<{ id: string; name: string; address: string; home: Client; jwt: string }> {
  const name = `mover-${++count}`;
  const id = await database.addUser(name);
  const home = stranger();
  return { id, name, address: `${name}@example.com`, home, jwt: await home.logIn(name) };
}
async function emailOf(id: string): Promise<{ email: string; isConfirmed: boolean }> {
  const [row] = await database.query<{ email: string; email_confirmed: string | null }>(
    'SELECT email, email_confirmed FROM "user" WHERE id = ?',
    id,
  );
  return { email: row?.email ?? '', isConfirmed: typeof row?.email_confirmed === 'string' };
}

describe('An e-mail address', () => {
  it('changes when the new one confirms, and the old one is told and can undo it, which ends all sessions', async () => {
    const { id, name, address, home, jwt } = await addUser();
    const next = `${name}@example.net`;
    expect((await home.post('/user/email', { email: next }, jwt)).status).toBe(200);
    const token = tokenIn(await mails.waitFor(next));
    expect(await emailOf(id)).toEqual({ email: address, isConfirmed: false });
    expect((await confirm(token)).status).toBe(200);
    expect(await emailOf(id)).toEqual({ email: next, isConfirmed: true });
    expect(codeOf(await confirm(token))).toEqual([400, 'invalid_link']);
    expect((await client.get<{ Email: string }>('/user/me', jwt)).body.Email).toBe(next);
    const told = await mails.waitFor(address);
    expect(told.headers.get('subject')).toBe('Your e-mail address was changed');
    expect(told.text).toContain('https://login.example.com/console/email/undo?token=');
    expect((await undo(tokenIn(told))).status).toBe(200);
    expect(await emailOf(id)).toEqual({ email: address, isConfirmed: true });
    expect((await client.get('/user/me', jwt)).status).toBe(401);
    expect((await mails.waitFor(address, 2)).headers.get('subject')).toBe('Your e-mail address was brought back');
  });

  it('that was changed twice is brought back by the first undo, which a new password does not void', async () => {
    const { id, name, address, home, jwt } = await addUser();
    for (const email of [`${name}@one.example`, `${name}@two.example`]) {
      await home.post('/user/email', { email }, jwt);
      expect((await confirm(tokenIn(await mails.waitFor(email)))).status).toBe(200);
    }
    const later = tokenIn(await mails.waitFor(`${name}@one.example`, 2));
    await stranger().post('/user/forgot', { email: `${name}@two.example` });
    const token = tokenIn(await mails.waitFor(`${name}@two.example`, 2));
    const newPassword = 'a quieter place to read';
    expect((await stranger().post('/user/password/reset', { token, newPassword })).status).toBe(200);
    expect((await undo(tokenIn(await mails.waitFor(address)))).status).toBe(200);
    expect((await emailOf(id)).email).toBe(address);
    expect(codeOf(await undo(later))).toEqual([400, 'invalid_link']);
  });

  it('that was changed twice is brought back by the first undo, also after the second one was used', async () => {
    const { id, name, address, home, jwt } = await addUser();
    for (const email of [`${name}@one.example`, `${name}@two.example`]) {
      await home.post('/user/email', { email }, jwt);
      expect((await confirm(tokenIn(await mails.waitFor(email)))).status).toBe(200);
    }
    // Who has taken the account over has both of these mailboxes, and the owner only the first.
    expect((await undo(tokenIn(await mails.waitFor(`${name}@one.example`, 2)))).status).toBe(200);
    expect((await emailOf(id)).email).toBe(`${name}@one.example`);
    expect((await undo(tokenIn(await mails.waitFor(address)))).status).toBe(200);
    expect((await emailOf(id)).email).toBe(address);
  });

  it('can be confirmed as it is, of which nobody is told', async () => {
    const { id, address, home, jwt } = await addUser();
    await home.post('/user/email', { email: address }, jwt);
    expect((await confirm(tokenIn(await mails.waitFor(address)))).status).toBe(200);
    expect(await emailOf(id)).toEqual({ email: address, isConfirmed: true });
    expect(await database.query('SELECT id FROM mail_link WHERE user_id = ?', id)).toEqual([]);
  });

  it('of another user is not told at the request, and is refused to whom it belongs', async () => {
    const [one, other] = [await addUser(), await addUser()];
    const free = await one.home.post('/user/email', { email: `${one.name}@example.net` }, one.jwt);
    const taken = await one.home.post('/user/email', { email: other.address }, one.jwt);
    expect([taken.status, taken.text]).toEqual([free.status, free.text]);
    const answer = await confirm(tokenIn(await mails.waitFor(other.address)));
    expect(codeOf(answer)).toEqual([409, 'already_taken']);
    expect((await emailOf(one.id)).email).toBe(one.address);
  });

  it('cannot be flooded', async () => {
    const { home, jwt } = await addUser();
    const victim = 'victim@example.net';
    for (let asked = 0; asked < MAIL_LIMITS.mailsPerAddress + 2; asked++) {
      expect((await home.post('/user/email', { email: victim }, jwt)).status).toBe(200);
    }
    await mails.waitFor(victim, MAIL_LIMITS.mailsPerAddress);
    await until(isDone);
    expect(mails.to(victim)).toHaveLength(MAIL_LIMITS.mailsPerAddress);
  });

  it('that an administrator changes is not confirmed, and voids the links', async () => {
    const { id, name, address, home, jwt } = await addUser();
    await home.post('/user/email', { email: address }, jwt);
    await confirm(tokenIn(await mails.waitFor(address)));
    await stranger().post('/user/forgot', { email: address });
    const token = tokenIn(await mails.waitFor(address, 2));
    const email = `${name}@example.org`;
    expect((await client.post('/user/update', { id, email }, await client.logIn())).status).toBe(200);
    expect(await emailOf(id)).toEqual({ email, isConfirmed: false });
    const newPassword = 'a quieter place to read';
    expect(codeOf(await stranger().post('/user/password/reset', { token, newPassword }))).toEqual([
      400,
      'invalid_link',
    ]);
  });

  it.each<[string, (home: Client, jwt: string, sessionId: string) => Promise<Answer>]>([
    ['alone', (home, jwt, id) => home.post('/user/sessions/end', { id }, jwt)],
    ['with every other one', (home, jwt) => home.post('/user/logout', { everywhere: true }, jwt)],
  ])('is not changed by a session that was ended %s before the link was opened', async (_, end) => {
    const { id, name, address, home, jwt } = await addUser();
    const [session] = await database.query<{ id: string }>('SELECT id FROM session WHERE user_id = ?', id);
    const next = `${name}@thief.example`;
    await home.post('/user/email', { email: next }, jwt);
    const token = tokenIn(await mails.waitFor(next));
    expect((await end(home, await home.logIn(name), session?.id ?? '')).status).toBe(200);
    expect(codeOf(await confirm(token))).toEqual([400, 'invalid_link']);
    expect((await emailOf(id)).email).toBe(address);
  });

  it('changes only after a recent login', async () => {
    const { id, home, jwt } = await addUser();
    const anHourAgo = new Date(Date.now() - HOUR_MS).toISOString();
    await database.query('UPDATE session SET created = ? WHERE user_id = ?', anHourAgo, id);
    const { body } = await home.post<{ Token: string }>('/user/renew', {}, jwt);
    const answer = await home.post('/user/email', { email: 'late@example.net' }, body.Token);
    expect(codeOf(answer)).toEqual([401, 'insufficient_user_authentication']);
  });
});

describe('The owner is told by mail', () => {
  it('of a login from a new network, and not of the first one or of a known one', async () => {
    const { name, address, home } = await addUser();
    await home.logIn(name);
    const elsewhere = newAddress();
    await client.from(elsewhere).logIn(name);
    await client.from(elsewhere).logIn(name);
    const { headers, text } = await mails.waitFor(address);
    expect(headers.get('subject')).toBe('Login from a new network');
    expect(text).toContain(`Address: ${elsewhere}`);
    await until(isDone);
    expect(mails.to(address)).toHaveLength(1);
  });

  it('of a password that an administrator has reset', async () => {
    const { id, address } = await addUser();
    await client.post('/user/reset', { id }, await client.logIn());
    expect((await mails.waitFor(address)).headers.get('subject')).toBe('Your password was changed');
  });
});
