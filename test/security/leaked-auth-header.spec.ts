import { randomBytes } from 'node:crypto';
import { type Answer, type AuthHeaderAnswer, type Client, newAddress } from '../support/client.js';
import { comparableHeaders } from '../support/comparable.js';
import { eagerProgram, useMailingServer } from '../support/mailing-server.js';
import { ADMIN } from '../support/server.js';
import { mintToken } from '../../src/authheader/auth-header-token.js';
import { REPORT_LIMITS } from '../../src/login/login-limits.js';

const { client, database, mails, server } = useMailingServer({ main: eagerProgram });
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

const stranger = () => client.from(newAddress());
const report = (token: unknown, from: Client = stranger()) => from.post('/authheader/revoke-leaked', { token });
const statusesOf = (...tokens: string[]) =>
  Promise.all(tokens.map(async (token) => (await client.get('/user/me', token)).status));
const seen = ({ status, headers, text }: Answer) => ({
  status,
  headers: comparableHeaders(headers),
  text,
});
const eventsOf = async (query: string) => {
  const { body } = await client.get<Record<string, unknown>[]>(
    `/audit/list?action=authheader.revoke-leaked&${query}`,
    jwt,
  );
  return body;
};

let count = 0;
/** A user of this test, and an auth header of theirs. */
async function leaked(body: object = {}): Promise<AuthHeaderAnswer & { owner: string; ownerJwt: string }> {
  const owner = `leaker-${++count}`;
  await database.addUser(owner);
  const ownerJwt = await client.from(newAddress()).logIn(owner);
  return { ...(await client.addAuthHeader(ownerJwt, { name: 'deploy-bot', ...body })), owner, ownerJwt };
}

describe('Who has found a token', () => {
  it('revokes its auth header without a login, also after it was used, and from an address that may not use it', async () => {
    const [used, bound, other] = [await leaked(), await leaked({ allowedIps: ['192.0.2.1'] }), await leaked()];
    expect(await statusesOf(used.token, bound.token, other.token)).toEqual([200, 403, 200]);
    for (const { token } of [used, bound]) {
      expect(seen(await report(token))).toMatchObject({ status: 200, text: '{"message":"Success"}' });
    }
    expect(await statusesOf(used.token, bound.token, other.token)).toEqual([401, 401, 200]);
    expect((await client.get<AuthHeaderAnswer[]>('/authheader/list', used.ownerJwt)).body).toEqual([]);
  });

  it('ends the old token alone in the overlap of a rotation, and nothing after it', async () => {
    const { id, token, ownerJwt } = await leaked();
    const rotate = (overlapSeconds: number) =>
      client.post<AuthHeaderAnswer>('/authheader/rotate', { text: id, overlapSeconds }, ownerJwt);
    const { body: second } = await rotate(600);
    await report(token);
    expect(await statusesOf(token, second.token)).toEqual([401, 200]);
    const { body: third } = await rotate(0);
    await report(second.token);
    expect(await statusesOf(second.token, third.token)).toEqual([401, 200]);
  });

  it('revokes once, however many report it at once', async () => {
    const { id, token } = await leaked();
    const answers = await Promise.all(Array.from({ length: 12 }, () => report(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await statusesOf(token)).toEqual([401]);
    expect(await eventsOf(`target=${id}`)).toHaveLength(1);
  });

  it('learns nothing: the answer is the same for a known, an unknown, a revoked, an expired and a malformed token', async () => {
    const [known, revoked, expired] = [await leaked(), await leaked(), await leaked()];
    await report(revoked.token);
    await database.query('UPDATE auth_header SET expires = created WHERE id = ?', expired.id);
    const wrongChecksum = mintToken().slice(0, -1) + (known.token.endsWith('0') ? '1' : '0');
    const texts = [
      mintToken(),
      revoked.token,
      expired.token,
      wrongChecksum,
      known.id,
      jwt,
      '',
      ' ',
      '\0',
      'é'.repeat(2000),
    ];
    const first = seen(await report(known.token));
    for (const text of texts) expect([text, seen(await report(text))]).toEqual([text, first]);
    expect(await statusesOf(known.token, jwt)).toEqual([401, 200]);
  });

  it.each([[undefined], [null], [1], [['ep_x']], [{}]])('is told that %j is no text', async (token) => {
    const { status, body } = await report(token);
    expect([status, body]).toMatchObject([400, { code: 'invalid_fields', details: [{ field: 'token' }] }]);
  });

  it('gives it in the body only: a query would be in the log of a proxy', async () => {
    const { token } = await leaked();
    const answer = await stranger().post(`/authheader/revoke-leaked?token=${token}`, { token });
    expect(answer.status).toBe(400);
    expect(await statusesOf(token)).toEqual([200]);
  });

  it('reports a hundred from one network in a quarter of an hour, of whatever kind, and no more', async () => {
    const [from, { token }] = [stranger(), await leaked()];
    const reports = Array.from({ length: REPORT_LIMITS.reportsPerNetwork }, () => randomBytes(9).toString('hex'));
    const statuses = await Promise.all(reports.map(async (text) => (await report(text, from)).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const [refused, again] = [await report(token, from), await report('x', from)];
    expect([refused.status, refused.body.code, again.status]).toEqual([429, 'too_many_attempts', 429]);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.headers.get('ratelimit-policy')).toBe('"network";q=100;w=900');
    expect(await statusesOf(token)).toEqual([200]);
    await report(token);
    expect(await statusesOf(token)).toEqual([401]);
  });
});

describe('Of a leaked token', () => {
  it('one event tells which auth header it was, and from where it was reported, and none has the token', async () => {
    const { id, token } = await leaked();
    const unknown = mintToken();
    const [address, elsewhere] = [newAddress(), newAddress()];
    await report(token, client.from(address));
    await report(unknown, client.from(elsewhere));
    const [found] = await eventsOf(`target=${id}`);
    expect(found).toMatchObject({
      outcome: 'success',
      credential: 'auth-header',
      credentialId: id,
      target: id,
      detail: 'deploy-bot',
      ip: address,
    });
    const events = await eventsOf('outcome=refused');
    expect(events).toContainEqual(
      expect.objectContaining({ ip: elsewhere, detail: 'no auth header has the token' }) as unknown,
    );
    for (const text of [token, unknown]) expect(JSON.stringify(events) + JSON.stringify(found)).not.toContain(text);
    expect(server.output()).not.toContain(token);
  });

  it('the owner gets a mail, with no text of who reported it; a service account gets none', async () => {
    const { token, owner } = await leaked();
    const body = { token };
    await stranger().call('POST', '/authheader/revoke-leaked', {
      body,
      headers: { 'user-agent': 'Visit evil.example' },
    });
    const mail = await mails.waitFor(`${owner}@example.com`);
    expect(mail.headers.get('subject')).toBe('An auth header was revoked');
    expect(mail.text).toContain('deploy-bot');
    for (const text of [token, 'evil.example']) expect(mail.raw).not.toContain(text);

    const account = {
      username: 'leaking-service',
      email: 'leaking-service@example.com',
      kind: 'service',
      firstname: 'A',
      lastname: 'B',
    };
    await client.post('/user/add', account, jwt);
    const made = await client.post<AuthHeaderAnswer>(
      '/authheader/add',
      { name: 'of a service', username: account.username },
      jwt,
    );
    expect(made.status).toBe(200);
    await report(made.body.token);
    // What is queued later is sent later.
    const next = await leaked();
    await report(next.token);
    await mails.waitFor(`${next.owner}@example.com`);
    expect(mails.attempts).not.toContain(account.email);
    expect(mails.attempts).not.toContain(ADMIN.email);
  });
});
