import { newAddress } from './support/client.js';
import { ConsoleVisitor } from './support/console-visitor.js';
import { enrol } from './support/authenticator.js';
import { tokenIn, type TakenMail, until } from './support/mail-server.js';
import { useMailingServer } from './support/mailing-server.js';
import { ADMIN } from './support/server.js';
import { useSharedServer } from './support/use-server.js';

const NEW_PASSWORD = 'a quieter place to read';
const { server, client, database, mails } = useMailingServer();

const newVisitor = () => new ConsoleVisitor(server, newAddress());
/** The mail to an address whose link leads to a page. */
const mailTo = (address: string, page: string) =>
  until(() => mails.taken.find(({ to, text }) => to.includes(address) && text.includes(`/console/${page}?`)));
const pageIn = ({ text }: TakenMail) => /https:\/\/login\.example\.com\/console(\S+)/.exec(text)?.[1] ?? '';
const statusOfLogin = async (username: string, password: string) =>
  (await client.from(newAddress()).post('/user/login', { username, password })).status;

describe('A forgotten password in the console', () => {
  it('is replaced by the link of a mail, which a hundred openings leave as it is', async () => {
    await database.addUser('forgetful');
    const visitor = newVisitor();
    expect((await visitor.get('/login')).html).toContain('href="/console/forgot"');
    const asked = await visitor.submit('/forgot', { email: 'forgetful@example.com' });
    const stranger = await visitor.submit('/forgot', { email: 'nobody@example.com' });
    expect([asked.status, asked.to]).toEqual([stranger.status, stranger.to]);
    const mail = await mailTo('forgetful@example.com', 'reset');
    const link = pageIn(mail);
    const token = tokenIn(mail);
    const opened: Awaited<ReturnType<typeof visitor.get>>[] = [];
    while (opened.length < 100)
      opened.push(...(await Promise.all(Array.from({ length: 10 }, () => visitor.get(link)))));
    for (const { status, html } of opened) expect([status, html.split(token).length]).toEqual([200, 2]);
    const weak = await visitor.submit('/reset', { token, newPassword: 'forgetful' });
    expect([weak.status, weak.html.includes('href="#newPassword"')]).toEqual([400, true]);
    expect((await visitor.submit('/reset', { token, newPassword: NEW_PASSWORD })).to).toBe(
      '/login?done=password_reset',
    );
    expect(visitor.cookie).toBe('');
    expect(await statusOfLogin('forgetful', NEW_PASSWORD)).toBe(200);
    expect((await visitor.submit('/reset', { token, newPassword: 'another quiet place' })).status).toBe(400);
  });

  it('never passes a second factor', async () => {
    await database.addUser('two.locks');
    const { app } = await enrol(client, await client.logIn('two.locks'));
    await newVisitor().submit('/forgot', { email: 'two.locks@example.com' });
    const token = tokenIn(await mailTo('two.locks@example.com', 'reset'));
    const visitor = newVisitor();
    const without = await visitor.submit('/reset', { token, newPassword: NEW_PASSWORD });
    expect(without.status).toBe(403);
    expect(await statusOfLogin('two.locks', ADMIN.password)).toBe(403);
    const done = await visitor.submit('/reset', { token, newPassword: NEW_PASSWORD, otp: app.code(1) });
    expect(done.to).toBe('/login?done=password_reset');
  });
});

describe('An e-mail address in the console', () => {
  it('is changed by the link to the new one, and brought back by the link to the old one', async () => {
    await database.addUser('mover');
    const visitor = await newVisitor().logIn('mover');
    expect((await visitor.submit('/email', { email: 'no address' })).html).toContain('href="#email"');
    expect((await visitor.submit('/email', { email: 'moved@example.org' })).to).toBe('?done=email_sent');
    const confirmation = await mailTo('moved@example.org', 'email/confirm');
    const opened = await visitor.get(pageIn(confirmation));
    expect(opened.html.split(tokenIn(confirmation))).toHaveLength(2);
    expect((await visitor.get('')).text).toContain('mover@example.com');
    const confirmed = await visitor.submit('/email/confirm', { token: tokenIn(confirmation) });
    expect(confirmed.to).toBe('?done=email_confirmed');
    expect((await visitor.get('')).text).toContain('moved@example.org');

    const notice = await mailTo('mover@example.com', 'email/undo');
    expect((await visitor.get(pageIn(notice))).status).toBe(200);
    const undone = await newVisitor().submit('/email/undo', { token: tokenIn(notice) });
    expect(undone.to).toBe('/login?done=email_undone');
    expect((await visitor.get('')).to).toMatch(/^\/login/);
    const [user] = await database.query(`SELECT email FROM "user" WHERE username = 'mover'`);
    expect(user).toEqual({ email: 'mover@example.com' });
  });
});

describe('A server that sends no mail', () => {
  const shared = useSharedServer();

  it('says so where a mail would be asked for', async () => {
    const visitor = new ConsoleVisitor(shared.server, newAddress());
    expect((await visitor.get('/forgot')).text).toContain('This server sends no mail');
    await shared.database.addUser('no.mail');
    await visitor.logIn('no.mail');
    expect((await visitor.get('/email')).text).toContain('This server sends no mail');
  });
});
