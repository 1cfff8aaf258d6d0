import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { Authenticator } from '../support/authenticator.js';
import { barriers } from '../support/axe.js';
import { describeInBrowser, keepPicture, NARROW, PLAIN_HOST, plainUrl, type WatchedPage } from '../support/browser.js';
import { ConsoleVisitor } from '../support/console-visitor.js';
import { ADMIN } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const { server, client, database } = useServer();
const NEW_PASSWORD = 'a quieter place to read';
const FORMS = [
  '/login',
  '/login/passkey',
  '/logout',
  '/confirm',
  '/second-step',
  '/second-step/set-up',
  '/password',
  '/sessions/end',
  '/sessions/end-others',
  '/authheaders/new',
  '/authheaders/rotate',
  '/authheaders/revoke',
  '/factors/app',
  '/factors/app/confirm',
  '/factors/passkey',
  '/factors/passkey/confirm',
  '/factors/rename',
  '/factors/remove',
  '/factors/recovery-codes',
  '/forgot',
  '/reset',
  '/email',
  '/email/confirm',
  '/email/undo',
];
const MAX_TABS = 60;

const address = () => `http://localhost:${new URL(server.url).port}`;
const seriousOf = ({ complaints }: WatchedPage) => complaints.filter((complaint) => !/status of 4\d\d/.test(complaint));

/** Goes to an element with the Tab key alone, as a person without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let count = 0; count < MAX_TABS; count++) {
    await page.keyboard.press('Tab');
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
  }
  throw new Error(`The Tab key does not reach ${selector} at ${page.url()}`);
}

async function typeInto(page: Page, selector: string, text: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

/** Presses what leads on, and waits for the next page. */
async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

async function logIn(page: Page, username: string, password = ADMIN.password): Promise<void> {
  await typeInto(page, '#name', username);
  await typeInto(page, '#password', password);
  await press(page, 'main button:not([type=button])');
}

/** Waits until a count has a value, within the time of the test. */
async function expectEventually(count: () => number, value: number): Promise<void> {
  while (count() < value) await sleep(20);
  expect(count()).toBe(value);
}

describeInBrowser('Without a mouse, without a script, on a phone, in Arabic', (browser) => {
  it('people do all that the console is for', async () => {
    await database.addUser('fatima');
    const other = await client.logIn('fatima');
    const watched = await browser.open(`${address()}/console`, {
      viewport: NARROW,
      locale: 'ar-EG',
      javaScriptEnabled: false,
    });
    const { page } = watched;
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
    await logIn(page, 'fatima');
    await press(page, 'a[href$="/console"]');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('fatima');

    // The navigation opens without a script.
    await tabTo(page, 'summary');
    await page.keyboard.press('Enter');
    await press(page, '.narrow-menu a[href="/console/authheaders"]');
    await press(page, 'a[href="/console/authheaders/new"]');
    await typeInto(page, '#name', 'nightly backup');
    await typeInto(page, '#scopes', 'orders:read');
    await press(page, 'main button');
    const token = await page.locator('#token').textContent();
    expect((await client.get('/user/me', token ?? '')).status).toBe(200);
    expect(await page.locator('[data-copies]').first().isVisible()).toBe(false);
    const [needed, given] = await page.evaluate<number[]>(
      '[document.querySelector("#command").scrollWidth, document.querySelector("#command").clientWidth]',
    );
    expect(needed).toBe(given);
    await press(page, 'main a.button');
    await press(page, 'a[href*="/authheaders/rotate"]');
    await press(page, 'main button');
    expect(await page.locator('#token').textContent()).not.toBe(token);
    await press(page, 'main a.button');
    await press(page, 'a[href*="/authheaders/revoke"]');
    await press(page, 'main button');
    expect((await client.get('/user/me', token ?? '')).status).toBe(401);

    await tabTo(page, 'summary');
    await page.keyboard.press('Enter');
    await press(page, '.narrow-menu a[href="/console/factors"]');
    await press(page, 'a[href="/console/factors/app"]');
    await press(page, 'main button');
    const app = new Authenticator((await page.locator('code.secret').textContent()) ?? '');
    expect(await page.locator('.qr svg').isVisible()).toBe(true);
    await keepPicture(page, 'console-enrolment-narrow-arabic');
    await typeInto(page, '#otp', app.code());
    await press(page, 'main button:not([type=button])');
    expect(await page.locator('#codes').textContent()).toMatch(/^[A-Z2-7-]{29}\n/);
    await press(page, 'main a.button');

    await page.goto(`${address()}/console/sessions`);
    await press(page, 'table form button');
    expect((await client.get('/user/me', other)).status).toBe(401);
    await page.goto(`${address()}/console/password`);
    await typeInto(page, '#password', ADMIN.password);
    await typeInto(page, '#newPassword', NEW_PASSWORD);
    await press(page, 'main button');
    await typeInto(page, '#otp', app.code(1));
    await press(page, 'main button:not([type=button])');
    expect(page.url()).toContain('done=password_is_changed');
    await press(page, '.account button');
    expect(page.url()).toContain('/console/login');
    expect(seriousOf(watched)).toEqual([]);
  });
});

describeInBrowser('With a script', (browser) => {
  it('a token is copied, and a passkey is enrolled, is the second step and logs in alone', async () => {
    await database.addUser('ada');
    const watched = await browser.open(`${address()}/console`, { permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = watched;
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const answerAtOnce = (enabled: boolean) =>
      devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    await logIn(page, 'ada');
    await page.goto(`${address()}/console/authheaders/new`);
    await typeInto(page, '#name', 'copied');
    await press(page, 'main button');
    await page.locator('[data-copies=command]').click();
    await page.getByText('Copied', { exact: true }).first().waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toMatch(/^TOKEN=ep_\w{36}\ncurl .*\$TOKEN/);

    await page.goto(`${address()}/console/factors/passkey`);
    await press(page, 'main button:not([type=button])');
    await press(page, '[data-passkey=create]');
    await page.locator('#codes').waitFor();
    await page.goto(`${address()}/console/factors`);
    expect(await page.getByRole('table').textContent()).toContain('Passkey');
    await answerAtOnce(false);
    await press(page, '.account button');

    await logIn(page, 'ada');
    await answerAtOnce(true);
    await press(page, '[data-passkey=get]');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('ada');
    // The browser offers the passkey in the field of the name, and the virtual authenticator accepts at once.
    await page.locator('.account button').click();
    await page.waitForURL(`${address()}/console`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('ada');
    expect(seriousOf(watched)).toEqual([]);
    expect(await barriers(page)).toEqual([]);
  });
});

describeInBrowser('A page of another site', (browser) => {
  let foreign: Server;
  let port: number;

  beforeAll(async () => {
    foreign = createServer((request, response) => {
      const console = new URL(request.url ?? '', 'http://localhost').searchParams.get('console') ?? '';
      const forms = FORMS.map((form, index) => {
        const target = index === 0 ? '_self' : `frame-${index}`;
        return `<iframe name="frame-${index}"></iframe><form method="post" action="${console}${form}" target="${target}"></form>`;
      });
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><title>Foreign</title>${forms.join('')}`);
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    ({ port } = foreign.address() as AddressInfo);
  });

  afterAll(() => {
    foreign.close();
  });

  it.each([
    ['of the same machine, which sends the cookie', 'localhost'],
    ['over plain HTTP, where browsers send no fetch metadata', PLAIN_HOST],
  ])('%s, sends no form', async (_, host) => {
    await database.addUser(`victim.${host}`);
    const visitor = await new ConsoleVisitor(server).logIn(`victim.${host}`);
    const own = host === PLAIN_HOST ? plainUrl(server) : address();
    const { page } = await browser.open(`http://${host}:${port}/?console=${encodeURIComponent(`${own}/console`)}`);
    const [name = '', value = ''] = visitor.cookie.split('=');
    await page.context().addCookies([{ name, value, url: own }]);
    const answered = new Map<string, number>();
    page.on('response', (response) => {
      if (response.request().method() === 'POST') answered.set(new URL(response.url()).pathname, response.status());
    });
    // The first takes the whole page, and would end the others.
    await page.evaluate('[...document.forms].slice(1).forEach((form) => form.submit())');
    await expectEventually(() => answered.size, FORMS.length - 1);
    await page.evaluate('document.forms[0].submit()');
    await page.getByText('This request was refused').waitFor();
    await expectEventually(() => answered.size, FORMS.length);
    expect([...new Set(answered.values())]).toEqual([403]);
    expect((await visitor.get('')).status).toBe(200);
  });

  it('leaves the forms of the console themselves working over plain HTTP', async () => {
    await database.addUser('plain');
    const { page } = await browser.open(`${plainUrl(server)}/console`);
    await logIn(page, 'plain');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('plain');
    await press(page, '.account button');
    expect(page.url()).toContain('/console/login?done=logged_out');
  });
});
