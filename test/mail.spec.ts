import { newAddress } from './support/client.js';
import { tokenIn, until } from './support/mail-server.js';
import { eagerProgram, useMailingServer } from './support/mailing-server.js';
import { ADMIN, startServer, type TestServer } from './support/server.js';

const PUBLIC_URL = 'https://login.example.com/auth';
const { server, client, database, mails, settings, isDone, isPostponed } = useMailingServer({ publicUrl: PUBLIC_URL });

const forgot = (email: string) => client.from(newAddress()).post('/user/forgot', { email });
const forgotAt = ({ url }: TestServer, email: string) =>
  fetch(`${url}/user/forgot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  });
/** Makes the server look for mails now: one that is queued wakes it. */
const wake = () => forgot('nobody@example.com');
/** Passes the pause after a failure, and the lease of a process that has ended. */
async function passPause(): Promise<void> {
  await database.query(`UPDATE mail SET due = '1970-01-01T00:00:00.000Z' WHERE due IS NOT NULL`);
  await wake();
}
/** Has something done while the server stands still, so that only another process takes the mails that are queued. */
async function withoutServer(act: () => Promise<unknown>): Promise<void> {
  server.process.kill('SIGSTOP');
  try {
    await act();
  } finally {
    server.process.kill('SIGCONT');
  }
}
let count = 0;
/** A user of this test. */
async function addUser(): Promise<{ id: string; name: string; address: string }> {
  const name = `reader-${++count}`;
  return { id: await database.addUser(name), name, address: `${name}@example.com` };
}

describe('A mail', () => {
  it('has one recipient, one id, a plain and an HTML part with the same link, loads nothing and has no text of a stranger', async () => {
    const { address } = await addUser();
    const headersOfStranger = { 'user-agent': 'Visit evil.example' };
    await client.call('POST', '/user/forgot', { body: { email: address }, headers: headersOfStranger });
    const { to, headers, text, html, raw } = await mails.waitFor(address);
    expect([to, headers.get('to'), headers.get('from')]).toEqual([
      [address],
      address,
      'Example login <login@example.com>',
    ]);
    expect(headers.get('message-id')).toMatch(/^<[\da-f-]{36}@example\.com>$/);
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    const link = /https:\S+/.exec(text)?.[0] ?? '';
    expect(link).toMatch(/^https:\/\/login\.example\.com\/auth\/console\/reset\?token=[\w-]{43}$/);
    expect(html).toContain(`href="${link}"`);
    expect(html).toContain(`>${link}<`);
    expect(html).not.toMatch(/<(?:img|script|link|style|iframe)|url\(|src=/);
    expect(raw).not.toMatch(/^(?:bcc|cc|x-mailer):/im);
    // Nobody who has proved nothing writes into it.
    expect(text).not.toContain('evil.example');
  });

  it.each([
    ['de', 'ltr', 'Wählen Sie ein neues Passwort'],
    ['fr', 'ltr', 'Choisissez'],
    ['es', 'ltr', 'Elija'],
    ['ml', 'ltr', 'പുതിയ'],
    ['ar', 'rtl', 'اختر'],
    ['en', 'ltr', 'Choose'],
  ])('is in the language of the last login: %s', async (language, direction, begin) => {
    const { name, address } = await addUser();
    const from = client.from(newAddress());
    const body = { username: name, password: ADMIN.password };
    await from.call('POST', '/user/login', { body, headers: { 'accept-language': language } });
    // One that names no language leaves it.
    await from.logIn(name);
    await forgot(address);
    const { html, headers } = await mails.waitFor(address);
    expect(headers.get('content-language')).toBe(language);
    expect(html).toContain(`<html lang="${language}" dir="${direction}">`);
    expect(html).toContain(begin);
  });

  it('leaves nothing in the database that opens a link', async () => {
    const { address } = await addUser();
    mails.behaviour = { refuseRecipient: 451 };
    await forgot(address);
    await until(() => mails.attempts.includes(address) || undefined);
    const waiting = (await database.dump()).toString('latin1');
    mails.behaviour = {};
    await passPause();
    const token = tokenIn(await mails.waitFor(address));
    await until(isDone);
    const sent = (await database.dump()).toString('latin1');
    for (const dump of [waiting, sent]) expect(dump).not.toContain(token);
    const rows = await database.query('SELECT id FROM mail WHERE finished IS NOT NULL AND sealed_content IS NOT NULL');
    expect(rows).toEqual([]);
  });
});

describe('No mail is lost, and none is sent twice', () => {
  it.each([
    ['refuses the recipient for now', { refuseRecipient: 451 }],
    ['refuses the content for now', { refuseContent: 452 }],
    ['refuses the recipient for good, until somebody corrects it', { refuseRecipient: 550 }],
    ['refuses the content for good, until somebody corrects it', { refuseContent: 554 }],
  ])('by a server that %s', async (_, behaviour) => {
    const { address } = await addUser();
    mails.behaviour = behaviour;
    expect((await forgot(address)).status).toBe(200);
    await until(isPostponed);
    mails.behaviour = {};
    await passPause();
    await mails.waitFor(address);
    await until(isDone);
    expect(mails.to(address)).toHaveLength(1);
  });

  it('by a server that is down, whose requests succeed', async () => {
    const { address } = await addUser();
    await mails.stop();
    expect((await forgot(address)).status).toBe(200);
    await until(() => /WARN \[Mail\] Mails wait, because .*ECONNREFUSED/.test(server.output()) || undefined);
    await mails.start();
    await passPause();
    await mails.waitFor(address);
    await until(isDone);
    expect(mails.to(address)).toHaveLength(1);
  });

  it('by a server that is slow, which delays no request', async () => {
    const { address } = await addUser();
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    mails.behaviour = { afterContent: () => answered };
    await forgot(address);
    await until(() => mails.attempts.includes(address) || undefined);
    // The mail is under way, and the requests are answered.
    expect((await wake()).status).toBe(200);
    await client.from(newAddress()).logIn();
    expect(mails.to(address)).toHaveLength(0);
    answer();
    await mails.waitFor(address);
    await until(isDone);
    expect(mails.to(address)).toHaveLength(1);
  });

  it('by two instances', async () => {
    const other = await startServer({ folder: server.folder, env: settings(), main: eagerProgram() });
    const users = await Promise.all(Array.from({ length: 6 }, addUser));
    await mails.stop();
    for (const { address } of users) await forgot(address);
    // An attempt that fails later would postpone its mail again.
    const underWay = 'SELECT id FROM mail WHERE lease IS NOT NULL OR attempts = 0';
    await until(async () => (await database.query(underWay)).length === 0 || undefined);
    await mails.start();
    await passPause();
    for (const { address } of users) await mails.waitFor(address);
    await until(isDone);
    for (const { address } of users) expect(mails.to(address)).toHaveLength(1);
    await other.stop();
  });

  it('by a process that is killed before the server has the mail', async () => {
    const { address } = await addUser();
    const other = await startServer({ folder: server.folder, env: settings(), main: eagerProgram() });
    mails.behaviour = { beforeContent: () => new Promise(() => undefined) };
    await withoutServer(async () => {
      await forgotAt(other, address);
      await until(() => mails.attempts.includes(address) || undefined);
      await other.stop('SIGKILL');
    });
    mails.behaviour = {};
    await passPause();
    await mails.waitFor(address);
    await until(isDone);
    expect(mails.to(address)).toHaveLength(1);
  });

  it('by a process that was suspended while another took over', async () => {
    const { address } = await addUser();
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    mails.behaviour = { beforeContent: () => held };
    await forgot(address);
    await until(() => mails.attempts.includes(address) || undefined);
    mails.behaviour = {};
    // What the other process does in the meantime.
    await database.query(`UPDATE mail SET lease = 'another' WHERE lease IS NOT NULL`);
    goOn();
    await until(async () => {
      await wake();
      return (await database.query(`SELECT id FROM mail WHERE lease <> 'another'`)).length === 0 || undefined;
    });
    expect(mails.to(address)).toHaveLength(0);
    await passPause();
    await mails.waitFor(address);
    expect(mails.to(address)).toHaveLength(1);
  });

  it('but the one whose server took it and whose process ended before it heard so, with the same Message-ID', async () => {
    const { address } = await addUser();
    const other = await startServer({ folder: server.folder, env: settings(), main: eagerProgram() });
    mails.behaviour = { isSilent: true };
    await withoutServer(async () => {
      await forgotAt(other, address);
      await mails.waitFor(address);
      await other.stop('SIGKILL');
    });
    mails.behaviour = {};
    await passPause();
    await mails.waitFor(address, 2);
    const ids = mails.to(address).map(({ headers }) => headers.get('message-id'));
    expect(new Set(ids).size).toBe(1);
  });

  it('and one that cannot be sent in time is given up and recorded', async () => {
    const { id, address } = await addUser();
    mails.behaviour = { refuseRecipient: 550 };
    await forgot(address);
    await until(isPostponed);
    await database.query(`UPDATE mail SET expires = '2020-01-01T00:00:00.000Z' WHERE finished IS NULL`);
    await passPause();
    await until(isDone);
    const { body } = await client.get<{ target?: string; detail: string }[]>(
      '/audit/list?action=mail.give-up',
      await client.from(newAddress()).logIn(),
    );
    expect(body[0]).toMatchObject({ target: id, detail: 'reset-link: it was not sent in time' });
    expect(JSON.stringify(body)).not.toContain(address);
  });
});
