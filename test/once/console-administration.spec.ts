import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Locator, Page } from 'playwright-core';
import { barriers, OF_COLOURS } from '../support/axe.js';
import { describeInBrowser, keepPicture, NARROW, WIDE, type WatchedPage } from '../support/browser.js';
import { ADMIN } from '../support/server.js';
import { useSharedServer } from '../support/use-server.js';

const FORMS = ['/users/new', '/users/edit', '/users/change', '/users/end-session', '/keys/rotate', '/keys/revoke'];
/** Many times as often as any page needs. */
const MOST_TABS = 120;

const { server, client, database } = useSharedServer();
const ids = { person: '', service: '', key: '' };

beforeAll(async () => {
  ids.person = await database.addUser('grace.hopper', ['operator']);
  const jwt = await client.logIn('grace.hopper');
  await client.addAuthHeader(jwt);
  const admin = await client.logIn();
  const { body } = await client.post<{ Id: string }>(
    '/user/add',
    { kind: 'service', username: 'console.robot', email: 'console.robot@example.com' },
    admin,
  );
  ids.service = body.Id;
  await client.post('/authheader/add', { name: 'of a robot', userId: ids.service }, admin);
  const keys = await client.get<{ kid: string; state: string }[]>('/signingkey/list', admin);
  ids.key = keys.body.find(({ state }) => state === 'active')?.kid ?? '';
});

async function logIn(page: Page, lang = 'en'): Promise<void> {
  await page.goto(`${server.url}/console/login?lang=${lang}`);
  await page.locator('[name=name]').fill(ADMIN.username);
  await page.locator('[name=password]').fill(ADMIN.password);
  await page.locator('[name=password]').press('Enter');
  await page.locator('h1').filter({ hasText: ADMIN.username }).waitFor();
}

/** Goes to an element by the keyboard. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  const handle = await element.elementHandle();
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    await page.keyboard.press('Tab');
    const isThere = await page.locator(':focus').evaluate((focused, wanted) => focused === wanted, handle);
    if (isThere) return;
  }
  throw new Error('The element has no place in the order of the keyboard');
}

/** The pages of the administration that differ in more than words, by the names of their pictures. */
const pages = (): readonly (readonly [name: string, path: string])[] => [
  ['users', '/users'],
  ['user', `/users/show?id=${ids.person}`],
  ['service-account', `/users/show?id=${ids.service}`],
  ['new-user', '/users/new'],
  ['edit-user', `/users/edit?id=${ids.person}`],
  ['reset-user', `/users/change?id=${ids.person}&change=reset`],
  ['events', '/events?outcome=success'],
  ['events-complaint', '/events?target=x'],
  ['keys', '/keys'],
  ['revoke-key', `/keys/revoke?kid=${ids.key}`],
  ['health', '/health'],
  ['figures', '/figures'],
];

describeInBrowser('The administration in the console', (browser) => {
  const shared = browser.sharedPage(`${server.url}/console/login`);
  let watched: WatchedPage;

  beforeAll(async () => {
    watched = shared();
    await logIn(watched.page);
  });

  it('has no barrier that axe finds, in light and in dark, and no page is wider than a phone', async () => {
    const { page, complaints } = watched;
    for (const [name, path] of pages()) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize(WIDE);
      await page.goto(`${server.url}/console${path}`);
      for (const details of await page.locator('main details').all())
        await details.evaluate((element) => {
          (element as HTMLDetailsElement).open = true;
        });
      // What is around the content is the same on each page.
      const within = name === 'users' ? 'html' : 'main';
      expect([name, await barriers(page, undefined, within)]).toEqual([name, []]);
      await keepPicture(page, `console-${name}-wide-light`);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect([name, await barriers(page, OF_COLOURS, within)]).toEqual([name, []]);
      await keepPicture(page, `console-${name}-wide-dark`);
      await page.setViewportSize(NARROW);
      expect([name, await barriers(page, ['wcag22aa'], within)]).toEqual([name, []]);
      expect([name, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([name, true]);
      await keepPicture(page, `console-${name}-narrow-dark`);
      await page.emulateMedia({ colorScheme: 'light' });
      await keepPicture(page, `console-${name}-narrow-light`);
    }
    // The page of a refused filter has the status 400, which a browser reports.
    expect(complaints.filter((complaint) => !complaint.includes('400'))).toEqual([]);
  });

  it('draws its figures from right to left and in each language without a word of another', async () => {
    const { page } = watched;
    await page.setViewportSize(NARROW);
    await page.goto(`${server.url}/console/figures?lang=ar`);
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.getByRole('img', { name: /عمليات الدخول/ }).waitFor();
    await keepPicture(page, 'console-figures-narrow-arabic');
  });

  it('adds a user, and takes the account away again, by keyboard alone on a phone in Arabic', async () => {
    const { page } = await browser.open(`${server.url}/console/login`, { viewport: NARROW });
    await logIn(page, 'ar');
    await page.goto(`${server.url}/console/users?lang=ar`);
    await tabTo(page, page.getByRole('link', { name: 'مستخدم جديد' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'مستخدم جديد' }).waitFor();
    await tabTo(page, page.locator('#username'));
    await page.keyboard.type('ada.lovelace');
    await page.keyboard.press('Tab');
    await page.keyboard.type('not an address');
    await page.keyboard.press('Enter');
    // The browser refuses what is no address, and leads to the field.
    expect(await page.locator(':focus').getAttribute('name')).toBe('email');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('ada@example.com');
    await page.keyboard.press('Enter');
    const password = (await page.locator('#password').innerText()).trim();
    expect(password).toMatch(/^[\w-]{24}$/);
    await tabTo(page, page.getByRole('link', { name: 'لقد سلّمتها' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'ada.lovelace' }).waitFor();
    await tabTo(page, page.getByRole('link', { name: 'حذف' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'حذف ada.lovelace' }).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'حذف' }));
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'تم حذف المستخدم' }).waitFor();
    expect(await database.query('SELECT id FROM "user" WHERE username = \'ada.lovelace\'')).toEqual([]);
  });

  it('works without JavaScript: a search, a filter, an export, a table in place of the bars', async () => {
    const { page } = await browser.open(`${server.url}/console/login`, { javaScriptEnabled: false });
    await logIn(page);
    await page.goto(`${server.url}/console/users`);
    await page.getByRole('searchbox').fill('hopper');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'grace.hopper' }).click();
    await page.getByRole('link', { name: 'What the user did' }).click();
    await page.locator('#action').selectOption('login');
    await page.getByRole('button', { name: 'Show the events' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^events-[\d-]+\.csv$/);
    await page.goto(`${server.url}/console/figures`);
    await page.getByText('As a table').first().click();
    expect(await page.getByRole('table', { name: 'Logins' }).locator('tbody tr').count()).toBe(30);
  });

  describe('Against a page of another origin on this machine, whose forms carry the cookie', () => {
    let foreign: Server;

    beforeAll(async () => {
      foreign = createServer((request, response) => {
        const to = `${server.url}/console${request.url ?? ''}`;
        const fields = { id: ids.person, change: 'delete', session: ids.person, username: 'forged', kid: ids.key };
        const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
        response.setHeader('content-type', 'text/html');
        response.end(`<form method="post" action="${to}">${inputs.join('')}<button>Win a prize</button></form>`);
      }).listen(0, '127.0.0.1');
      await once(foreign, 'listening');
    });

    afterAll(() => {
      foreign.close();
      foreign.closeAllConnections();
    });

    it('every form is refused', async () => {
      const { page } = watched;
      const { port } = foreign.address() as AddressInfo;
      for (const form of FORMS) {
        await page.goto(`http://127.0.0.1:${port}${form}`);
        const [response] = await Promise.all([
          page.waitForResponse(`${server.url}/console${form}`),
          page.getByRole('button').click(),
        ]);
        expect([form, response.status(), (await response.request().allHeaders()).cookie]).toEqual([
          form,
          403,
          expect.stringContaining('personas='),
        ]);
        await page.getByRole('heading', { name: 'This request was refused' }).waitFor();
      }
      const [row] = await database.query('SELECT username FROM "user" WHERE id = ?', ids.person);
      expect(row).toEqual({ username: 'grace.hopper' });
    });
  });
});
