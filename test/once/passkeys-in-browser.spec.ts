import type { CDPSession, Page } from 'playwright-core';
import { claimsOf } from '../support/client.js';
import { describeInBrowser } from '../support/browser.js';
import { ADMIN } from '../support/server.js';
import { useServer } from '../support/use-server.js';

/** What the page's scripts use of a browser: the tests are compiled without the types of one. */
type Credentials = Record<'create' | 'get', (request: object) => Promise<{ toJSON(): object }>>;
type Parser = Record<'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON', (options: object) => object>;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

interface Begun {
  readonly token: string;
  readonly options: object;
}

describeInBrowser('Passkeys in Chromium', (browser) => {
  const { server } = useServer();
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    const { port } = new URL(server.url);
    // Without PUBLIC_URL, passkeys belong to `localhost`; browsers know none for 127.0.0.1.
    ({ page, complaints } = await browser.open(`http://localhost:${port}/docs`));
  });

  /** Calls the API as a script of the page does. */
  function post(path: string, body: object, jwt = ''): Promise<Answer> {
    return page.evaluate(
      async ([path, text, jwt]) => {
        const headers = { 'content-type': 'application/json', ...(jwt && { authorization: `Bearer ${jwt}` }) };
        const answer = await fetch(path, { method: 'POST', headers, body: text });
        return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      },
      [path, JSON.stringify(body), jwt] as const,
    );
  }

  function ask(how: 'create' | 'get', options: object): Promise<object> {
    return page.evaluate(
      async ([how, options]) => {
        const { navigator, PublicKeyCredential: parser } = globalThis as unknown as {
          navigator: { credentials: Credentials };
          PublicKeyCredential: Parser;
        };
        const publicKey =
          how === 'create' ? parser.parseCreationOptionsFromJSON(options) : parser.parseRequestOptionsFromJSON(options);
        const credential = await navigator.credentials[how]({ publicKey });
        return credential.toJSON();
      },
      [how, options] as const,
    );
  }

  async function addAuthenticator(): Promise<CDPSession> {
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return devTools;
  }

  it('are enrolled, are the second step of a login, and log in without a password', async () => {
    await addAuthenticator();
    const password = { username: ADMIN.username, password: ADMIN.password };
    const { body: loggedIn } = await post('/user/login', password);
    const jwt = String(loggedIn.Token);

    const enrolment = (await post('/user/factors/passkey', { name: 'This laptop' }, jwt)).body as unknown as Begun;
    const passkey = await ask('create', enrolment.options);
    const confirmed = await post('/user/factors/passkey/confirm', { token: enrolment.token, passkey }, jwt);
    expect(confirmed).toMatchObject({ status: 200, body: { recoveryCodes: expect.any(Array) as string[] } });

    const { body: refusal } = await post('/user/login', password);
    expect(refusal).toMatchObject({ code: 'second_factor_required' });
    const { token } = refusal.secondFactor as Begun;
    const step = (await post('/user/login/passkey/options', { token })).body as unknown as Begun;
    const second = await post('/user/login/second-factor', { token, passkey: await ask('get', step.options) });
    expect(second.status).toBe(200);
    expect(claimsOf(String(second.body.Token))).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'] });

    const begun = (await post('/user/login/passkey/options', {})).body as unknown as Begun;
    const proof = await ask('get', begun.options);
    const alone = await post('/user/login/passkey', { token: begun.token, passkey: proof });
    expect(alone.body).toMatchObject({ Username: ADMIN.username });
    expect(claimsOf(String(alone.body.Token))).toMatchObject({ amr: ['hwk', 'user', 'mfa'] });

    const again = (await post('/user/factors/passkey', { name: 'Again' }, jwt)).body as unknown as Begun;
    await expect(ask('create', again.options)).rejects.toThrow('InvalidStateError');
    // A refusal is an answer, which Chromium complains of.
    expect(complaints.filter((complaint) => !complaint.includes('403'))).toEqual([]);
  });
});
