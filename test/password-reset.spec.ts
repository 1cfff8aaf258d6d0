import { LOGIN_LIMITS, MAIL_LIMITS } from '../src/login/login-limits.js';
import { cheapProgram } from './support/changed-program.js';
import { type Answer, type Client, newAddress } from './support/client.js';
import { enrol } from './support/authenticator.js';
import { comparableHeaders } from './support/comparable.js';
import { tokenIn } from './support/mail-server.js';
import { useMailingServer } from './support/mailing-server.js';
import { ADMIN } from './support/server.js';
import { useSharedServer } from './support/use-server.js';

const NEW = 'a quieter place to read';
const { client, database, mails } = useMailingServer({ main: cheapProgram });

const stranger = (): Client => client.from(newAddress());
const forgot = (email: string, from = stranger()) => from.post('/user/forgot', { email });
const reset = (token: string, more: object = {}) =>
  stranger().post('/user/password/reset', { token, newPassword: NEW, ...more });
const codeOf = ({ status, body }: Answer): unknown[] => [status, body.code];
let count = 0;
async function addUser(roles: string[] = []): Promise<{ id: string; name: string; address: string }> {
  const name = `forgetful-${++count}`;
  return { id: await database.addUser(name, roles), name, address: `${name}@example.com` };
}
async function tokenFor(address: string, mailCount = 1): Promise<string> {
  await forgot(address);
  return tokenIn(await mails.waitFor(address, mailCount));
}

describe('A link for a forgotten password', () => {
  it('sets a new password once, ends every session, tells the owner and logs nobody in', async () => {
    const { id, name, address } = await addUser();
    const jwt = await stranger().logIn(name);
    const { token: authHeader } = await client.addAuthHeader(jwt);
    const token = await tokenFor(address);
    const answer = await reset(token);
    expect([answer.status, answer.body]).toEqual([200, { message: 'Success' }]);
    const events = await client.get(`/audit/list?action=password.reset-link&target=${id}`, await stranger().logIn());
    expect(events.body).toEqual([expect.objectContaining({ userId: id, credential: 'mail-link', outcome: 'success' })]);
    expect((await client.get('/user/me', jwt)).status).toBe(401);
    expect((await client.get('/user/me', authHeader)).status).toBe(200);
    expect(codeOf(await reset(token))).toEqual([400, 'invalid_link']);
    await stranger().logIn(name, NEW);
    expect((await mails.waitFor(address, 2)).headers.get('subject')).toBe('Your password was changed');
    const [row] = await database.query<{ email_confirmed: string }>(
      'SELECT email_confirmed FROM "user" WHERE id = ?',
      id,
    );
    expect(row?.email_confirmed).toMatch(/Z$/);
  });

  it('ends the auth headers too, if that is asked for', async () => {
    const { name, address } = await addUser();
    const { token: authHeader } = await client.addAuthHeader(await stranger().logIn(name));
    expect((await reset(await tokenFor(address), { endAuthHeaders: true })).status).toBe(200);
    expect((await client.get('/user/me', authHeader)).status).toBe(401);
  });

  it('works once of many requests at the same time', async () => {
    const token = await tokenFor((await addUser()).address);
    const answers = await Promise.all(Array.from({ length: 5 }, () => reset(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
  });

  it('survives a weak password, and no newer link', async () => {
    const { address, name } = await addUser();
    const first = await tokenFor(address);
    expect(codeOf(await reset(first, { newPassword: name }))).toEqual([400, 'invalid_fields']);
    const second = await tokenFor(address, 2);
    expect(codeOf(await reset(first))).toEqual([400, 'invalid_link']);
    expect((await reset(second)).status).toBe(200);
  });

  it('ends after an hour, and with a change of the password', async () => {
    const { address, name } = await addUser();
    const old = await tokenFor(address);
    await database.query(`UPDATE mail_link SET expires = '2020-01-01T00:00:00.000Z'`);
    expect(codeOf(await reset(old))).toEqual([400, 'invalid_link']);
    const voided = await tokenFor(address, 2);
    const change = { username: name, password: ADMIN.password, newPassword: 'gr8 tdlx, and more' };
    expect((await stranger().post('/user/password', change)).status).toBe(200);
    expect(codeOf(await reset(voided))).toEqual([400, 'invalid_link']);
  });

  it('is none for who had the address until it changed', async () => {
    const { id, address } = await addUser();
    const token = await tokenFor(address);
    // As a request does that has read the user before the change, and makes the link after it.
    await database.query('UPDATE "user" SET email = ?, email_key = ? WHERE id = ?', 'b@b.example', 'b@b.example', id);
    expect(codeOf(await reset(token))).toEqual([400, 'invalid_link']);
  });

  it('replaces a one-time password, and ends a wait after wrong ones', async () => {
    const { address, id, name } = await addUser();
    await database.query(`UPDATE "user" SET initial_password_expires = '2099-01-01T00:00:00.000Z' WHERE id = ?`, id);
    const from = stranger();
    for (let tries = 0; tries <= LOGIN_LIMITS.attemptsPerAccountAndNetwork; tries++) {
      await from.post('/user/login', { username: name, password: 'a wrong one' });
    }
    expect((await reset(await tokenFor(address))).status).toBe(200);
    await from.logIn(name, NEW);
  });

  it('neither passes nor removes a second factor, whose guesses are counted', async () => {
    const { address, name, id } = await addUser();
    const { app, recoveryCodes } = await enrol(client, await stranger().logIn(name));
    const token = await tokenFor(address, 2);
    expect(codeOf(await reset(token))).toEqual([403, 'second_factor_required']);
    expect(codeOf(await reset(token, { otp: app.wrong() }))).toEqual([401, 'incorrect_second_factor']);
    expect(await database.query('SELECT id FROM factor WHERE user_id = ?', id)).toHaveLength(1);
    const [recoveryCode = ''] = recoveryCodes;
    const answer = await reset(token, { otp: recoveryCode });
    expect([answer.status, answer.body.recoveryCode]).toEqual([200, expect.stringMatching(/^\S{24,}$/)]);
    expect(await database.query('SELECT id FROM factor WHERE user_id = ?', id)).toHaveLength(1);
    const login = await stranger().post('/user/login', { username: name, password: NEW });
    expect(codeOf(login)).toEqual([403, 'second_factor_required']);
    const subjects = [];
    for (let which = 1; which <= 4; which++)
      subjects.push((await mails.waitFor(address, which)).headers.get('subject'));
    expect(subjects.sort()).toEqual([
      'A recovery code was used',
      'A second factor was added',
      'Choose a new password',
      'Your password was changed',
    ]);
  });
});

describe('A request for a link does not tell which addresses there are', () => {
  const asSeen = ({ status, headers, text }: Answer): unknown => {
    const told = comparableHeaders(headers);
    return { status, headers: told, text };
  };

  it('by its answer, by what it writes, or by its limits', async () => {
    const known = await addUser();
    const disabled = await addUser();
    await database.query('UPDATE "user" SET disabled = created WHERE id = ?', disabled.id);
    const service = await addUser();
    await database.query(`UPDATE "user" SET kind = 'service' WHERE id = ?`, service.id);
    const addresses = [known, disabled, service].map(({ address }) => address);
    const seen: unknown[][] = [];
    const written: unknown[] = [];
    for (const address of [...addresses, 'nobody@example.com', 'not an address', '']) {
      const rows = async () => {
        const counts = ['mail', 'mail_link', 'audit_event', 'login_throttle'].map(async (table) => {
          const [row] = await database.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`);
          return Number(row?.n);
        });
        return Promise.all(counts);
      };
      const before = await rows();
      const answers = [await forgot(address)];
      const after = await rows();
      written.push(after.map((number, index) => number - (before[index] ?? 0)));
      for (let more = 0; more < MAIL_LIMITS.mailsPerAddress; more++) answers.push(await forgot(address));
      seen.push(answers.map(asSeen));
    }
    for (const answers of seen) expect(answers).toEqual(seen[0]);
    // A mail, a link, an event, and the counts of the network and the address.
    for (const rows of written) expect(rows).toEqual([1, 1, 1, 2]);
    await mails.waitFor(known.address, MAIL_LIMITS.mailsPerAddress);
    expect(mails.to(known.address)).toHaveLength(MAIL_LIMITS.mailsPerAddress);
    for (const { address } of [disabled, service]) expect(mails.to(address)).toEqual([]);
  });

  it('and the network that asks too often is refused for every address', async () => {
    const from = stranger();
    for (let asked = 0; asked < MAIL_LIMITS.mailsPerNetwork; asked++) {
      expect((await forgot(`nobody-${asked}@example.com`, from)).status).toBe(200);
    }
    const { address } = await addUser();
    for (const email of [address, 'nobody@example.com']) {
      expect(codeOf(await forgot(email, from))).toEqual([429, 'too_many_attempts']);
    }
  });
});

describe('A server without mail', () => {
  const { client: plain } = useSharedServer();

  it('says so, for every address and every token', async () => {
    const answers = [
      await plain.post('/user/forgot', { email: ADMIN.email }),
      await plain.post('/user/forgot', { email: 'nobody@example.com' }),
      await plain.post('/user/password/reset', { token: 'x', newPassword: NEW }),
      await plain.post('/user/email/confirm', { token: 'x' }),
      await plain.post('/user/email/undo', { token: 'x' }),
    ];
    for (const answer of answers) expect(codeOf(answer)).toEqual([404, 'mail_not_configured']);
  });
});
