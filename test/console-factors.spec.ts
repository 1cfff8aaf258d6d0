import { Authenticator } from './support/authenticator.js';
import { newAddress } from './support/client.js';
import { ConsoleVisitor, valueIn, type VisitedPage } from './support/console-visitor.js';
import { ADMIN, BEHIND_PROXY } from './support/server.js';
import { useServer, useSharedServer } from './support/use-server.js';

const { server, client, database } = useSharedServer();
const CODE = /\b(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}\b/g;

const secretIn = (page: VisitedPage) => valueIn(page.html, /<code class="secret"[^>]*>([A-Z2-7]+)</);
const tokenIn = (page: VisitedPage) => valueIn(page.html, /name="token" value="([^"]+)"/);
const codesIn = (page: VisitedPage) => page.html.match(CODE) ?? [];

async function logInAs(username: string): Promise<ConsoleVisitor> {
  await database.addUser(username);
  return new ConsoleVisitor(server, newAddress()).logIn(username);
}

/** Enrols an app in the pages. */
async function enrolIn(visitor: ConsoleVisitor): Promise<{ app: Authenticator; codes: string[] }> {
  const begun = await visitor.submit('/factors/app', { name: 'My <phone>' });
  const app = new Authenticator(secretIn(begun));
  const token = tokenIn(begun);
  const wrong = await visitor.submit('/factors/app/confirm', { token, otp: app.wrong() });
  expect([wrong.status, wrong.html.includes('<svg')]).toEqual([403, false]);
  const confirmed = await visitor.submit('/factors/app/confirm', { token, otp: app.code() });
  return { app, codes: codesIn(confirmed) };
}

describe('A second factor in the console', () => {
  it('is enrolled with a picture and one secret, and comes with recovery codes that are shown once', async () => {
    const visitor = await logInAs('enroller');
    const begun = await visitor.submit('/factors/app', { name: 'My phone' });
    const secret = secretIn(begun);
    expect(begun.html.split(secret)).toHaveLength(2);
    expect(begun.html).toContain('<svg');
    const app = new Authenticator(secret);
    const confirmed = await visitor.submit('/factors/app/confirm', { token: tokenIn(begun), otp: app.code() });
    expect(codesIn(confirmed)).toHaveLength(8);
    const list = await visitor.get('/factors');
    expect(list.text).toContain('My phone');
    expect(list.text).toContain('8 codes are left');
    expect(codesIn(list)).toEqual([]);
  });

  it('is asked for after the right password, and a used code is refused', async () => {
    const { app, codes } = await enrolIn(await logInAs('two.steps'));
    const visitor = new ConsoleVisitor(server, newAddress());
    const step = await visitor.submit('/login', { name: 'two.steps', password: ADMIN.password, to: '/sessions' });
    expect([step.status, visitor.cookie, step.html.includes('autocomplete="one-time-code"')]).toEqual([200, '', true]);
    const token = tokenIn(step);
    const used = await visitor.submit('/second-step', { token, otp: app.code(), to: '/sessions', methods: 'totp' });
    expect([used.status, used.html.includes('<title>Error: Second step')]).toEqual([403, true]);
    const right = await visitor.submit('/second-step', { token, otp: app.code(1), to: '/sessions', methods: 'totp' });
    expect(right.to).toBe('/sessions');
    expect((await visitor.get('/sessions')).text).toContain('Logged in as two.steps');

    const another = new ConsoleVisitor(server, newAddress());
    const second = await another.submit('/login', { name: 'two.steps', password: ADMIN.password });
    const recovered = await another.submit('/second-step', { token: tokenIn(second), otp: codes[0] ?? '' });
    expect(codesIn(recovered)).toHaveLength(1);
    expect(codes).not.toContain(codesIn(recovered)[0]);
    expect((await another.get('')).text).toContain('Logged in as two.steps');
  });

  it('is part of the confirmation before what is dangerous', async () => {
    const visitor = await logInAs('confirming');
    const { app } = await enrolIn(visitor);
    const moment = new Date(Date.now() - 660_000).toISOString();
    await database.query(
      'UPDATE session SET created = ? WHERE user_id = (SELECT id FROM "user" WHERE username = ?)',
      moment,
      'confirming',
    );
    const before = visitor.cookie;
    expect((await visitor.get('/factors/recovery-codes')).to).toMatch(/^\/confirm/);
    const step = await visitor.submit('/confirm', { password: ADMIN.password, to: '/factors/recovery-codes' });
    expect(visitor.cookie).toBe(before);
    const again = await visitor.submit('/second-step', {
      token: tokenIn(step),
      otp: app.code(1),
      to: '/factors/recovery-codes',
    });
    expect(again.to).toBe('/factors/recovery-codes');
    expect(visitor.cookie).not.toBe(before);
    expect(codesIn(await visitor.submit('/factors/recovery-codes', {}))).toHaveLength(8);
  });

  it('is renamed and removed, and that of another user is not found', async () => {
    const visitor = await logInAs('renaming');
    await enrolIn(visitor);
    const list = await visitor.get('/factors');
    expect(list.text).toContain('My <phone>');
    const id = valueIn(list.html, /factors\/remove\?id=([\w-]+)/);
    expect((await visitor.submit('/factors/rename', { id, name: '' })).status).toBe(400);
    expect((await visitor.submit('/factors/rename', { id, name: 'Old phone' })).to).toBe(
      '/factors?done=factor_renamed',
    );
    expect((await visitor.get(`/factors/remove?id=${id}`)).text).toContain('Remove Old phone');
    const stranger = await logInAs('factor.stranger');
    for (const page of ['rename', 'remove'])
      expect((await stranger.submit(`/factors/${page}`, { id, name: 'mine' })).status).toBe(404);
    expect((await visitor.submit('/factors/remove', { id })).to).toBe('/factors?done=factor_removed');
    expect((await visitor.get('/factors')).text).toContain('You have no second factor yet');
    expect((await client.post('/user/login', { username: 'renaming', password: ADMIN.password })).status).toBe(200);
  });
});

describe('SECOND_FACTOR=everybody', () => {
  const strict = useServer({ env: { ...BEHIND_PROXY, SECOND_FACTOR: 'everybody' } });

  it('leads a user without one through its set-up to the page that was asked for', async () => {
    const visitor = new ConsoleVisitor(strict.server, newAddress());
    const choice = await visitor.submit('/login', {
      name: ADMIN.username,
      password: ADMIN.password,
      to: '/authheaders',
    });
    expect([choice.status, visitor.cookie]).toEqual([200, '']);
    const setUp = await visitor.submit('/second-step/set-up', { token: tokenIn(choice), to: '/authheaders' });
    const app = new Authenticator(secretIn(setUp));
    const step = { token: tokenIn(setUp), to: '/authheaders', enrols: 'totp' };
    const wrong = await visitor.submit('/second-step', { ...step, otp: app.wrong() });
    expect([wrong.status, wrong.text.includes('Confirm the app')]).toEqual([403, true]);
    const done = await visitor.submit('/second-step', { ...step, otp: app.code() });
    expect(codesIn(done)).toHaveLength(8);
    expect(done.html).toContain('href="/console/authheaders"');
    expect((await visitor.get('/authheaders')).status).toBe(200);
  });
});

describe('SECOND_FACTOR=administrators', () => {
  const strict = useServer({ env: { ...BEHIND_PROXY, SECOND_FACTOR: 'administrators', PASSWORD_MAX_AGE_DAYS: '30' } });
  const logIn = async (username: string): Promise<ConsoleVisitor> => {
    await strict.database.addUser(username);
    return new ConsoleVisitor(strict.server, newAddress()).logIn(username);
  };
  const stateOf = async (visitor: ConsoleVisitor) => {
    const { status, to } = await visitor.get('/sessions');
    return [status, to];
  };
  const LOG_IN = [303, '/login?done=log_in_first&to=%2Fsessions'];

  it('refuses the session that a user without one had before they became an administrator', async () => {
    const visitor = await logIn('promoted');
    expect(await stateOf(visitor)).toEqual([200, undefined]);
    await strict.database.query(`UPDATE "user" SET roles = '["admin"]' WHERE username = 'promoted'`);
    expect(await stateOf(visitor)).toEqual(LOG_IN);
    const step = await visitor.submit('/login', { name: 'promoted', password: ADMIN.password });
    expect(step.text).toContain('Set up');
  });

  it('or no factor: refuses the session of a user whose password has expired since', async () => {
    const visitor = await logIn('expired');
    expect(await stateOf(visitor)).toEqual([200, undefined]);
    const changed = new Date(Date.now() - 31 * 86_400_000).toISOString();
    await strict.database.query(`UPDATE "user" SET password_changed = ? WHERE username = 'expired'`, changed);
    expect(await stateOf(visitor)).toEqual(LOG_IN);
    const { to } = await visitor.submit('/login', { name: 'expired', password: ADMIN.password });
    expect(to).toMatch(/^\/password\?/);
  });
});
