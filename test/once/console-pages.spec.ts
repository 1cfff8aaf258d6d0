import type { Page } from 'playwright-core';
import { enrol } from '../support/authenticator.js';
import { barriers, OF_COLOURS } from '../support/axe.js';
import { describeInBrowser, keepPicture, NARROW, type WatchedPage, WIDE } from '../support/browser.js';
import { ConsoleVisitor } from '../support/console-visitor.js';
import { ADMIN } from '../support/server.js';
import { useServer } from '../support/use-server.js';

/** The pages that need a server of mails; none is sent. */
const MAIL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'login@example.com' };
const { server, client } = useServer({ env: { ...MAIL, PUBLIC_URL: 'http://localhost' } });

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
  forgot: '/forgot',
  reset: '/reset?token=of-a-mail',
  email: '/email',
  'confirm-email': '/email/confirm?token=of-a-mail',
  'undo-email': '/email/undo?token=of-a-mail',
  'not-found': '/no/such/page',
};
/** The pages whose address names something. */
const ABOUT: Readonly<Record<string, string>> = {
  'rotate-auth-header': 'rotate',
  'revoke-auth-header': 'revoke',
  'rename-factor': 'rename',
  'remove-factor': 'remove',
};
/** A page that is not found says so with its status, of which Chromium complains. */
const seriousOf = ({ complaints }: WatchedPage) => complaints.filter((complaint) => !/status of 4\d\d/.test(complaint));

const address = () => `http://localhost:${new URL(server.url).port}`;

/** Looks at a page as it is now: its width, and what axe finds by some rules. */
async function lookAt(page: Page, name: string, look: string, rules?: readonly string[]): Promise<void> {
  const [used, given] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
  expect([name, look, used]).toEqual([name, look, given]);
  const found = rules?.length === 0 ? [] : await barriers(page, rules);
  expect([name, look, found]).toEqual([name, look, []]);
  await keepPicture(page, `console-${name}-${look}`);
}

/** Every look of a page without loading it again: its structure is the same in all of them. */
async function lookAtAll(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await lookAt(page, name, 'wide-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await lookAt(page, name, 'wide-dark', OF_COLOURS);
  await page.setViewportSize(NARROW);
  await lookAt(page, name, 'narrow-dark', []);
  await page.emulateMedia({ colorScheme: 'light' });
  await lookAt(page, name, 'narrow-light', []);
  await page.setViewportSize(WIDE);
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

  /** Opens every page after a login that goes wrong first. */
  async function visitAll(watched: WatchedPage, look: (page: Page, name: string) => Promise<void>): Promise<void> {
    const { page } = watched;
    await page.getByRole('button').first().waitFor();
    await look(page, 'login');
    await page.fill('#name', 'nobody');
    await page.fill('#password', 'a wrong password');
    await page.keyboard.press('Enter');
    // What is wrong has the focus, so that it is read out first. The browser sets it a moment after the page is there.
    await page.locator('.summary:focus').waitFor();
    await look(page, 'login-refused');
    await page.fill('#name', ADMIN.username);
    await page.fill('#password', ADMIN.password);
    await page.keyboard.press('Enter');
    await page.locator('[autocomplete=one-time-code]').waitFor();
    await look(page, 'second-step');

    const [name = '', value = ''] = cookie.split('=');
    await page.context().addCookies([{ name, value, url: address() }]);
    const about = Object.entries(ABOUT).map(([picture, page]) => [picture, ids[page] ?? '']);
    for (const [picture = '', path = ''] of [...Object.entries(PAGES), ...about]) {
      await page.goto(`${address()}/console${path}`);
      await look(page, picture);
    }
    expect(seriousOf(watched)).toEqual([]);
  }

  it('can be read by everybody, wide and narrow, light and dark', async () => {
    const options = { viewport: WIDE, locale: 'en-GB', reducedMotion: 'reduce' } as const;
    await visitAll(await browser.open(`${address()}/console/login`, options), lookAtAll);
  });

  it('fit a phone from right to left', async () => {
    const options = { viewport: NARROW, locale: 'ar-EG', reducedMotion: 'reduce' } as const;
    const watched = await browser.open(`${address()}/console/login`, options);
    expect(await watched.page.locator('html').getAttribute('dir')).toBe('rtl');
    await visitAll(watched, (page, name) => lookAt(page, name, 'narrow-arabic', ['label-content-name-mismatch']));
  });
});
