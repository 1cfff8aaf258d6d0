import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { type Answer, claimsOf, type Client, newAddress } from './support/client.js';
import { ADMIN } from './support/server.js';
import { type Behaviour, type Enrolment, SoftwareAuthenticator } from './support/software-authenticator.js';
import { useSharedServer } from './support/use-server.js';

interface Begun {
  readonly token: string;
  readonly options: PublicKeyCredentialRequestOptionsJSON;
}

const { client: sharedClient, database, server } = useSharedServer();

/** Of its own address, so that the failures of one test leave the others their attempts. */
let client: Client;

beforeEach(() => {
  client = sharedClient.from(newAddress());
});

function newAuthenticator(behaviour: Behaviour = {}): SoftwareAuthenticator {
  return SoftwareAuthenticator.of(server, behaviour);
}

async function beginEnrolment(jwt: string, name = 'Laptop'): Promise<Enrolment> {
  const { status, body, text } = await client.post<Enrolment>('/user/factors/passkey', { name }, jwt);
  if (status !== 200) throw new Error(`The enrolment answered ${status}: ${text}`);
  return body;
}

function confirm(jwt: string, token: string, passkey: object) {
  return client.post<{ code?: string; recoveryCodes?: string[]; id: string }>(
    '/user/factors/passkey/confirm',
    { token, passkey },
    jwt,
  );
}

async function enrol(jwt: string, authenticator: SoftwareAuthenticator, name = 'Laptop'): Promise<string> {
  const { token, options } = await beginEnrolment(jwt, name);
  const { status, text, body } = await confirm(jwt, token, authenticator.create(options));
  if (status !== 200) throw new Error(`The enrolment answered ${status}: ${text}`);
  return body.id;
}

/** A new user with a passkey, and a session from before it. */
async function newOwner(username: string, behaviour: Behaviour = {}) {
  const id = await database.addUser(username);
  const jwt = await client.logIn(username);
  const authenticator = newAuthenticator(behaviour);
  const factorId = await enrol(jwt, authenticator);
  return { id, jwt, authenticator, factorId };
}

/** The first step of a login. */
async function beginSecondStep(username: string): Promise<string> {
  const { body } = await client.post<{ code: string; secondFactor: { token: string; methods: string[] } }>(
    '/user/login',
    { username, password: ADMIN.password },
  );
  expect(body).toMatchObject({
    code: 'second_factor_required',
    secondFactor: { methods: ['passkey', 'recovery-code'] },
  });
  return body.secondFactor.token;
}

async function optionsFor(body: object = {}): Promise<Begun> {
  const { status, body: begun, text } = await client.post<Begun>('/user/login/passkey/options', body);
  if (status !== 200) throw new Error(`The options answered ${status}: ${text}`);
  return begun;
}

const secondStep = (token: string, passkey: object) =>
  client.post<{ Token: string; code?: string }>('/user/login/second-factor', { token, passkey });
const logInAlone = (token: string, passkey: object) =>
  client.post<{ Token: string; Username: string; code?: string }>('/user/login/passkey', { token, passkey });

describe('A passkey', () => {
  it('is a second factor after the right password, and the JWT says so', async () => {
    const { id, authenticator } = await newOwner('passkey-second');
    const token = await beginSecondStep('passkey-second');
    const { options } = await optionsFor({ token });
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'discouraged' });
    expect(options.allowCredentials?.map((allowed) => allowed.id)).toEqual([authenticator.held[0]?.id]);
    const { status, body } = await secondStep(token, authenticator.get(options, { verifiesUser: false }));
    expect(status).toBe(200);
    expect(claimsOf(body.Token)).toMatchObject({ sub: id, amr: ['pwd', 'hwk', 'mfa'] });
  });

  it('completes a login that began with an e-mail address, as that route answers', async () => {
    const { authenticator } = await newOwner('passkey-accounts');
    const account = { email: 'passkey-accounts@example.com', password: ADMIN.password };
    const { body } = await client.post<{ secondFactor: { token: string } }>('/en/api/v1/accounts/login', { account });
    const { token } = body.secondFactor;
    const answer = await secondStep(token, authenticator.get((await optionsFor({ token })).options));
    expect(answer.body).toEqual({ status: { success: 'Login sucessfully.' } });
    expect(answer.headers.get('authorization')).toMatch(/^Bearer /);
  });

  it('of several devices is told from one of a single device', async () => {
    const { authenticator } = await newOwner('passkey-synchronised', { isSynchronised: true });
    const { token, options } = await optionsFor();
    const { body } = await logInAlone(token, authenticator.get(options));
    expect(claimsOf(body.Token)).toMatchObject({ amr: ['swk', 'user', 'mfa'] });
  });

  it('with a PIN takes the place of the password, and names the user', async () => {
    const { id, authenticator } = await newOwner('passkey-alone');
    const { token, options } = await optionsFor();
    expect(options).toMatchObject({ userVerification: 'required', allowCredentials: [] });
    const { status, body } = await logInAlone(token, authenticator.get(options));
    expect([status, body.Username]).toEqual([200, 'passkey-alone']);
    expect(claimsOf(body.Token)).toMatchObject({ sub: id, amr: ['hwk', 'user', 'mfa'] });
    const [event] = await database.query(
      "SELECT credential, action FROM audit_event WHERE user_id = ? AND action = 'login' ORDER BY id DESC LIMIT 1",
      id,
    );
    expect(event).toEqual({ credential: 'passkey', action: 'login' });
  });

  it('is listed with what its user tells it by, and as synchronised or not', async () => {
    const { jwt } = await newOwner('passkey-listed');
    await enrol(jwt, newAuthenticator({ isSynchronised: true }), 'Phone');
    const { body } = await client.get<{ name: string }[]>('/user/factors/list', jwt);
    expect(body).toMatchObject([
      { kind: 'passkey', name: 'Phone', synchronised: true },
      { kind: 'passkey', name: 'Laptop', synchronised: false },
    ]);
  });

  it('that was removed logs nobody in', async () => {
    const { jwt, authenticator, factorId } = await newOwner('passkey-removed');
    const { token, options } = await optionsFor();
    expect((await client.post('/user/factors/remove', { id: factorId }, jwt)).status).toBe(200);
    expect((await logInAlone(token, authenticator.get(options))).status).toBe(401);
  });

  it('is offered to an authenticator that has one already as one to leave out', async () => {
    const { jwt, authenticator } = await newOwner('passkey-excluded');
    const { options } = await beginEnrolment(jwt);
    expect(() => authenticator.create(options)).toThrow('InvalidStateError');
  });

  it('that is enrolled already is refused, also to another user', async () => {
    const { jwt, authenticator } = await newOwner('passkey-twice');
    await database.addUser('passkey-thief');
    const other = await client.logIn('passkey-thief');
    const [held] = authenticator.held;
    for (const [owner, own] of [
      [jwt, authenticator],
      [other, newAuthenticator()],
    ] as const) {
      const { token, options } = await beginEnrolment(owner);
      const passkey = own.create({ ...options, excludeCredentials: [] }, { id: held?.id ?? '' });
      const { status, body } = await confirm(owner, token, passkey);
      expect([status, body.code]).toEqual([401, 'incorrect_second_factor']);
    }
  });

  it('is enrolled once for each enrolment', async () => {
    await database.addUser('passkey-once');
    const jwt = await client.logIn('passkey-once');
    const { token, options } = await beginEnrolment(jwt);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => confirm(jwt, token, newAuthenticator().create(options))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  it('is not enrolled by the token of another user', async () => {
    const jwts = [];
    for (const username of ['passkey-enroller', 'passkey-borrower']) {
      await database.addUser(username);
      jwts.push(await client.logIn(username));
    }
    const [own = '', other = ''] = jwts;
    const { token, options } = await beginEnrolment(own);
    const { status } = await confirm(other, token, newAuthenticator().create(options));
    expect(status).toBe(401);
  });
});

describe('A proof of a second step is refused', () => {
  it.each<[string, Behaviour]>([
    ['at another origin', { origin: 'https://localhost.evil.example' }],
    ['for another domain', { rpId: 'evil.example' }],
    ['for another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ])('that was made %s', async (how, behaviour) => {
    const username = `passkey-step-${how.replaceAll(' ', '-')}`;
    const { authenticator } = await newOwner(username);
    const token = await beginSecondStep(username);
    const { options } = await optionsFor({ token });
    const { status, body } = await secondStep(token, authenticator.get(options, behaviour));
    expect([status, body.code]).toEqual([401, 'incorrect_second_factor']);
  });

  it('a second time, also when both come at once', async () => {
    const { authenticator } = await newOwner('passkey-step-replay');
    const token = await beginSecondStep('passkey-step-replay');
    const proof = authenticator.get((await optionsFor({ token })).options);
    const answers = await Promise.all(Array.from({ length: 4 }, () => secondStep(token, proof)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    // In another login, whose challenge is another one.
    const next = await beginSecondStep('passkey-step-replay');
    await optionsFor({ token: next });
    expect((await secondStep(next, proof)).status).toBe(401);
  });

  it('where the passkey is of another user', async () => {
    await newOwner('passkey-step-victim');
    const { authenticator: foreign } = await newOwner('passkey-step-stranger');
    const token = await beginSecondStep('passkey-step-victim');
    const { options } = await optionsFor({ token });
    const [held] = foreign.held;
    if (held === undefined) throw new Error('The stranger has no passkey');
    expect((await secondStep(token, foreign.use(held, options.challenge))).status).toBe(401);
  });

  it('where nobody has asked for a passkey', async () => {
    const { authenticator } = await newOwner('passkey-step-unasked');
    const token = await beginSecondStep('passkey-step-unasked');
    const { options } = await optionsFor();
    expect((await secondStep(token, authenticator.get(options))).status).toBe(401);
  });

  it('where its counter fell, which is recorded, and the passkey goes on working', async () => {
    const { id, authenticator, factorId } = await newOwner('passkey-counter', { counter: undefined });
    await database.query('UPDATE factor SET sign_count = ? WHERE id = ?', '41', factorId);
    const attempt = async (counter: number) => {
      const token = await beginSecondStep('passkey-counter');
      return (await secondStep(token, authenticator.get((await optionsFor({ token })).options, { counter }))).status;
    };
    expect([await attempt(0), await attempt(40), await attempt(41), await attempt(42)]).toEqual([401, 401, 401, 200]);
    const events = await database.query<{ detail: string }>(
      "SELECT detail FROM audit_event WHERE user_id = ? AND outcome = 'refused' AND detail LIKE '%counter%'",
      id,
    );
    expect(events.map(({ detail }) => detail)).toContain(`the counter of passkey ${factorId} fell from 41 to 40`);
  });
});

describe('A login by a passkey alone', () => {
  const refused = async (answer: Promise<Answer<unknown>>) => {
    const { status, text } = await answer;
    return [status, text];
  };

  it('is refused in the same words, whatever is wrong', async () => {
    const { authenticator, id } = await newOwner('passkey-refused');
    const { authenticator: other } = await newOwner('passkey-other');
    const begin = () => optionsFor();
    const [own] = authenticator.held;
    const [foreign] = other.held;
    if (own === undefined || foreign === undefined) throw new Error('A passkey is missing');
    const unknown = newAuthenticator();
    unknown.create((await beginEnrolment(await client.logIn('admin'))).options);
    const attempts: [string, (begun: Begun) => object][] = [
      ['unknown passkey', ({ options }) => unknown.get(options)],
      ['no PIN', ({ options }) => authenticator.get(options, { verifiesUser: false })],
      ['other origin', ({ options }) => authenticator.get(options, { origin: 'https://evil.example' })],
      ['other domain', ({ options }) => authenticator.get(options, { rpId: 'evil.example' })],
      ['other challenge', ({ options }) => authenticator.get(options, { challenge: 'AAAA' })],
      ['handle of another user', ({ options }) => authenticator.get(options, { userHandle: foreign.userHandle })],
      ['no handle', ({ options }) => authenticator.get(options, { userHandle: '' })],
      ['signature of another passkey', ({ options }) => ({ ...other.get(options), id: own.id, rawId: own.id })],
    ];
    const answers = [];
    for (const [, make] of attempts) {
      const begun = await begin();
      answers.push(await refused(logInAlone(begun.token, make(begun))));
    }
    const strangers = { options: (await begin()).options, token: 'A'.repeat(72) };
    answers.push(await refused(logInAlone(strangers.token, authenticator.get(strangers.options))));
    await database.query('UPDATE "user" SET disabled = ? WHERE id = ?', '2020-01-01T00:00:00.000Z', id);
    const begun = await begin();
    answers.push(await refused(logInAlone(begun.token, authenticator.get(begun.options))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(401);
    expect(answers[0]?.[1]).toContain('incorrect_credentials');
  });

  it('succeeds once for each challenge, also when all come at once', async () => {
    const { authenticator } = await newOwner('passkey-alone-once');
    const { token, options } = await optionsFor();
    const proof = authenticator.get(options);
    const answers = await Promise.all(Array.from({ length: 4 }, () => logInAlone(token, proof)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    const another = authenticator.get(options);
    expect((await logInAlone(token, another)).status).toBe(401);
  });

  it('uses a counter once when two come at once', async () => {
    const { authenticator, factorId } = await newOwner('passkey-alone-counter');
    await database.query('UPDATE factor SET sign_count = ? WHERE id = ?', '7', factorId);
    const begun = await Promise.all([optionsFor(), optionsFor()]);
    const answers = await Promise.all(
      begun.map(({ token, options }) => logInAlone(token, authenticator.get(options, { counter: 8 }))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('is refused with an expired password, as the login by that password is', async () => {
    const { authenticator, id } = await newOwner('passkey-expired');
    await database.query('UPDATE "user" SET password_expires = ? WHERE id = ?', '2020-01-01T00:00:00.000Z', id);
    const { token, options } = await optionsFor();
    const { status, body } = await logInAlone(token, authenticator.get(options));
    expect([status, body.code]).toEqual([403, 'password_expired']);
  });

  it('is no way around a second factor for a token of another kind', async () => {
    const { authenticator } = await newOwner('passkey-purpose');
    const step = await beginSecondStep('passkey-purpose');
    const begun = await optionsFor({ token: step });
    expect((await logInAlone(step, authenticator.get(begun.options))).status).toBe(401);
    const alone = await optionsFor();
    expect((await secondStep(alone.token, authenticator.get(alone.options))).status).toBe(401);
  });

  it('writes nothing before its proof is right', async () => {
    const count = async () => (await database.query('SELECT id FROM challenge WHERE user_id IS NULL')).length;
    const before = await count();
    await Promise.all(Array.from({ length: 10 }, () => optionsFor()));
    expect(await count()).toBe(before);
  });

  it('is limited for each network', async () => {
    const { authenticator } = await newOwner('passkey-limited');
    const { token, options } = await optionsFor();
    // The proof is right, and the token is used by the first login: a replay counts like a wrong proof.
    const proof = authenticator.get(options);
    const statuses = [];
    for (let turn = 0; turn < 103; turn++) statuses.push((await logInAlone(token, proof)).status);
    expect(statuses).toEqual([200, ...Array<number>(100).fill(401), 429, 429]);
  });
});

describe('What no browser answers', () => {
  it.each<[object, string]>([
    [{}, 'passkey.id'],
    [{ id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: [] }, 'passkey.response'],
    [{ id: 1, rawId: 'AAAA', type: 'public-key', response: {} }, 'passkey.id'],
  ])('such as %j is refused with the name of the member', async (passkey, field) => {
    const { token } = await optionsFor();
    const { status, body } = await client.post<{ details: { field: string }[] }>('/user/login/passkey', {
      token,
      passkey,
    });
    expect(status).toBe(400);
    expect(body.details.map((detail) => detail.field)).toContain(field);
  });
});
