import type { Page } from 'playwright-core';
import { enrol } from '../support/authenticator.js';
import { barriers, OF_COLOURS } from '../support/axe.js';
import { describeInBrowser, keepPicture, NARROW, type WatchedPage, WIDE } from '../support/browser.js';
import { ConsoleVisitor } from '../support/console-visitor.js';
import { ADMIN } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const { server, client } = useServer();

/** The pages that a link or a person opens, by the name of their picture. */
const PAGES: Readonly<Record<string, string>> = {
  overview: '',
  'auth-headers': '/authheaders',
  'auth-headers-ending': '/authheaders?ending=soon',
  'new-auth-header': '/authheaders/new',
  sessions: '/sessions',
  password: '/password',
  factors: '/factors',
  'add-app': '/factors/app',
  'add-passkey': '/factors/passkey',
  'recovery-codes': '/factors/recovery-codes',
  'not-found': '/no/such/page',
};
/** The pages whose address names something. */
const ABOUT: Readonly<Record<string, string>> = {
  'rotate-auth-header': 'rotate',
  'revoke-auth-header': 'revoke',
  'rename-factor': 'rename',
  'remove-factor': 'remove',
};
/** Each look, and the rules of axe that depend on it. The structure of a page is the same in all of them. */
const LOOKS = [
  ['wide-light', { viewport: WIDE, colorScheme: 'light', locale: 'en-GB' }, undefined],
  ['wide-dark', { viewport: WIDE, colorScheme: 'dark', locale: 'de-DE' }, OF_COLOURS],
  [
    'narrow-light',
    { viewport: NARROW, colorScheme: 'light', locale: 'ar-EG' },
    ['target-size', 'label-content-name-mismatch'],
  ],
  ['narrow-dark', { viewport: NARROW, colorScheme: 'dark', locale: 'en-GB' }, []],
] as const;

/** A page that is not found says so with its status, of which Chromium complains. */
const seriousOf = ({ complaints }: WatchedPage) => complaints.filter((complaint) => !/status of 4\d\d/.test(complaint));

const address = () => `http://localhost:${new URL(server.url).port}`;

type Look = readonly [name: string, options: object, rules: readonly string[] | undefined];

async function lookAt(page: Page, name: string, [look, , rules]: Look): Promise<void> {
  const [used, given] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
  expect([name, look, used]).toEqual([name, look, given]);
  const found = rules?.length === 0 ? [] : await barriers(page, rules);
  expect([name, look, found]).toEqual([name, look, []]);
  await keepPicture(page, `console-${name}-${look}`);
}

describeInBrowser('The pages of the console', (browser) => {
  let cookie: string;
  let ids: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const visitor = await new ConsoleVisitor(server).logIn();
    ({ cookie } = visitor);
    const jwt = await client.logIn();
    const { id } = await client.addAuthHeader(jwt, {
      name: 'nightly backup',
      scopes: ['orders:read', 'orders:write'],
      allowedIps: ['10.0.0.0/8'],
      expires: new Date(Date.now() + 5 * 86_400_000).toISOString(),
      rateLimit: { limit: 1000, windowSeconds: 3600 },
    });
    await client.addAuthHeader(jwt, { name: 'a program with a rather long name that says what it does'.slice(0, 60) });
    await client.post('/authheader/rotate', { id, overlapSeconds: 3600 }, jwt);
    const factor = await enrol(client, jwt);
    ids = {
      rotate: `/authheaders/rotate?id=${id}`,
      revoke: `/authheaders/revoke?id=${id}`,
      rename: `/factors/rename?id=${factor.id}`,
      remove: `/factors/remove?id=${factor.id}`,
    };
  });

  it.each(LOOKS)('can be read by everybody: %s', async (...look) => {
    const [, options] = look;
    const watched = await browser.open(`${address()}/console/login`, { ...options, reducedMotion: 'reduce' });
    const { page } = watched;
    await page.getByRole('button').first().waitFor();
    await lookAt(page, 'login', look);
    await page.fill('#name', 'nobody');
    await page.fill('#password', 'a wrong password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').first().waitFor();
    expect(await page.evaluate("document.activeElement.classList.contains('summary')")).toBe(true);
    await lookAt(page, 'login-refused', look);
    await page.fill('#name', ADMIN.username);
    await page.fill('#password', ADMIN.password);
    await page.keyboard.press('Enter');
    await page.locator('[autocomplete=one-time-code]').waitFor();
    await lookAt(page, 'second-step', look);

    const [name = '', value = ''] = cookie.split('=');
    await page.context().addCookies([{ name, value, url: address() }]);
    const about = Object.entries(ABOUT).map(([picture, page]) => [picture, ids[page] ?? '']);
    for (const [picture = '', path = ''] of [...Object.entries(PAGES), ...about]) {
      await page.goto(`${address()}/console${path}`);
      await lookAt(page, picture, look);
    }
    expect(seriousOf(watched)).toEqual([]);
  });
});
