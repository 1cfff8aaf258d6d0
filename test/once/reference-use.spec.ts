import type { Page } from 'playwright-core';
import { describeInBrowser, NARROW, plainUrl, WIDE } from '../support/browser.js';
import type { DocumentedOperation } from '../support/openapi.js';
import { ADMIN } from '../support/server.js';
import { useSharedServer } from '../support/use-server.js';

const { server, client } = useSharedServer();
/** The operations with a section of their own: an alias is in the section of its operation. */
let sections: DocumentedOperation[];

beforeAll(() => {
  sections = client.contract.operations().filter(({ operationId }) => !operationId.endsWith('Alias'));
});

const LANGUAGES = ['shell', 'ruby', 'python', 'javascript'];

/** The languages of the samples that can be seen, without those of the quick start. */
function languagesShown(page: Page): Promise<string[]> {
  const samples = "[...document.querySelectorAll('section:not(#introduction) .sample')]";
  const shown = '.filter((sample) => sample.offsetParent !== null).map((sample) => sample.dataset.language)';
  return page.evaluate<string[]>(samples + shown);
}

describeInBrowser('The reference', (browser) => {
  const open = async (options?: Parameters<typeof browser.open>[1]): ReturnType<typeof browser.open> =>
    browser.open(`${server.url}/docs`, options);
  const wide = browser.sharedPage(`${server.url}/docs`);
  const narrow = browser.sharedPage(`${server.url}/docs`, { viewport: NARROW });

  it('shows every sample in the language of the address or the one that was chosen, and remembers it', async () => {
    const { page, complaints } = await browser.open(`${server.url}/docs?python#login`);
    const tab = (name: string): ReturnType<Page['getByRole']> => page.getByRole('tab', { name });
    expect(await languagesShown(page)).toEqual(sections.map(() => 'python'));
    for (const [label, language] of Object.entries({ Shell: 'shell', JavaScript: 'javascript', Ruby: 'ruby' })) {
      await tab(label).click();
      expect(await languagesShown(page)).toEqual(sections.map(() => language));
      expect(new URL(page.url()).search).toBe(`?${language}`);
    }
    await page.goto(`${server.url}/docs`);
    expect(await languagesShown(page)).toEqual(sections.map(() => 'ruby'));
    await expect(tab('Ruby').getAttribute('aria-selected')).resolves.toBe('true');
    await expect(tab('Shell').getAttribute('aria-selected')).resolves.toBe('false');
    expect(complaints).toEqual([]);
  });

  it.each([
    ['wide', wide],
    ['narrow', narrow],
  ] as const)('stays with the section that is read when the language changes: %s', async (_, shared) => {
    const { page } = shared();
    await page.goto(`${server.url}/docs#listUsers`);
    const top = async (): Promise<number> => Math.round((await page.locator('#listUsers').boundingBox())?.y ?? NaN);
    const before = await top();
    for (const name of ['Python', 'JavaScript', 'Shell']) {
      await page.getByRole('tab', { name }).click();
      expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
    }
  });

  it('keeps the samples in view next to the tables that explain them', async () => {
    const { page } = wide();
    await page.goto(`${server.url}/docs#rotateAuthHeader`);
    await page.locator('#rotateAuthHeader .part').getByText('Response', { exact: true }).scrollIntoViewIfNeeded();
    const sample = await page.locator('#rotateAuthHeader .sample:visible').boundingBox();
    const bar = await page.locator('.bar').boundingBox();
    expect(sample?.y).toBeGreaterThanOrEqual((bar?.y ?? 0) + (bar?.height ?? 0));
    expect((sample?.y ?? WIDE.height) + (sample?.height ?? 0)).toBeLessThanOrEqual(WIDE.height);
  });

  it('logs in, and fills the JWT into all samples until it logs out', async () => {
    const { page, complaints } = wide();
    const { username, password } = ADMIN;
    const reading = sections.filter(({ 'x-codeSamples': [sample] = [] }) => sample?.source.includes('Bearer $TOKEN'));
    /** How many samples of each language contain a text. */
    const containing = async (text: string): Promise<number[]> => {
      const counts = LANGUAGES.map((language) =>
        page
          .locator(`section:not(#introduction) .sample[data-language=${language}] code`)
          .filter({ hasText: text })
          .count(),
      );
      return Promise.all(counts);
    };
    await page.getByRole('link', { name: 'Log in', exact: true }).click();
    await page.locator('[name=username]:focus').waitFor();
    await page.keyboard.type(username);
    await page.keyboard.press('Tab');
    await page.keyboard.type('a wrong password');
    await page.keyboard.press('Enter');
    await page.locator('#account-status').getByText('Incorrect credentials', { exact: true }).waitFor();
    const form = page.locator('#account-form');
    await form.locator('[name=password]').fill(password);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url() === `${server.url}/user/login`),
      form.getByRole('button').click(),
    ]);
    const { Token: jwt } = (await answer.json()) as { Token: string };
    await page.getByText(`You are ${username}.`).waitFor();
    await expect(page.locator('#account-link').innerText()).resolves.toBe(username);
    expect(reading.length).toBeGreaterThan(20);
    expect(await containing(jwt)).toEqual(LANGUAGES.map(() => reading.length));
    // It is in memory only.
    const stored = '{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state';
    expect(await page.evaluate<string>(`JSON.stringify([${stored}])`)).not.toContain(jwt);
    expect((await client.get('/user/me', jwt)).status).toBe(200);
    await Promise.all([
      page.waitForResponse((response) => response.url() === `${server.url}/user/logout`),
      page.getByRole('button', { name: 'Log out', exact: true }).click(),
    ]);
    expect((await client.get('/user/me', jwt)).status).toBe(401);
    expect(await containing(jwt)).toEqual(LANGUAGES.map(() => 0));
    await expect(page.locator('#addAuthHeader .sample[data-language=ruby] code').textContent()).resolves.toContain(
      'ENV["TOKEN"]',
    );
    await expect(page.locator('#account-link').innerText()).resolves.toBe('Log in');
    // The console tells of the refused login.
    expect(complaints).toEqual([expect.stringContaining('401')]);
  });

  it.each(['this machine', 'plain HTTP'])('copies a sample whole, to a browser on %s', async (where) => {
    const { page } = where === 'plain HTTP' ? await browser.open(`${plainUrl(server)}/docs`) : wide();
    await expect(page.evaluate('isSecureContext')).resolves.toBe(where === 'this machine');
    const block = page.locator('#logIn .sample:visible .block');
    await block.getByRole('button').click();
    await block.getByText('Copied', { exact: true }).waitFor();
    await expect(page.locator('#announcement').innerText()).resolves.toBe('Copied');
    await page.locator('#search').focus();
    await page.keyboard.press('ControlOrMeta+V');
    const source = (await block.locator('code').textContent()) ?? '';
    // A field of one line takes a line's end for a blank.
    expect(await page.locator('#search').inputValue()).toBe(source.replaceAll('\n', ' '));
    expect(source).toContain('curl');
    await page.locator('#search').fill('');
  });

  it('works by keyboard', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus').innerText()).resolves.toBe('Skip to the reference');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus').innerText()).resolves.toBe('Shell');
    await page.keyboard.press('ArrowLeft');
    await expect(page.locator(':focus').innerText()).resolves.toBe('JavaScript');
    expect(await languagesShown(page)).toEqual(sections.map(() => 'javascript'));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await languagesShown(page)).toEqual(sections.map(() => 'ruby'));
    await page.locator('#logIn .sample:visible .copy').focus();
    await page.keyboard.press('Enter');
    await page.locator('#announcement').getByText('Copied', { exact: true }).waitFor();
  });

  it('keeps the navigation in a drawer where it is narrow, which holds what is behind it', async () => {
    const { page, complaints } = narrow();
    const button = page.locator('.menu');
    const state = async (): Promise<unknown[]> => [
      await page.locator('#search').isVisible(),
      await button.getAttribute('aria-expanded'),
      await button.innerText(),
    ];
    const OPEN = [true, 'true', 'Close'];
    const CLOSED = [false, 'false', 'Menu'];
    expect(await state()).toEqual(CLOSED);
    await button.press('Enter');
    expect(await state()).toEqual(OPEN);
    await page.keyboard.press('Escape');
    expect(await state()).toEqual(CLOSED);
    await button.click();
    const { y: before } = await page.evaluate<{ y: number }>('({ y: scrollY })');
    const outside = [NARROW.width - 10, NARROW.height / 2] as const;
    await page.mouse.move(...outside);
    await page.mouse.wheel(0, 500);
    await page.mouse.click(...outside);
    expect(await state()).toEqual(CLOSED);
    expect(await page.evaluate<number>('scrollY')).toBe(before);
    await button.click();
    await page.locator('.sections').getByRole('link', { name: 'Renew a JWT' }).click();
    expect(await state()).toEqual(CLOSED);
    expect(new URL(page.url()).hash).toBe('#renewToken');
    await page.keyboard.press('/');
    expect(await state()).toEqual(OPEN);
    await page.keyboard.type('log out');
    await page.keyboard.press('Enter');
    expect(await state()).toEqual(CLOSED);
    await expect(page.locator('#logOut h3').isVisible()).resolves.toBe(true);
    expect(complaints).toEqual([]);
  });

  it('names what is being read in the navigation, the title and the address', async () => {
    const { page } = wide();
    const title = await page.title();
    for (const [id, heading] of Object.entries({ renewToken: 'Renew a JWT', errors: 'Errors', login: 'Login' })) {
      await page.locator(`section#${id}`).evaluate((section: { scrollIntoView: () => void }) => {
        section.scrollIntoView();
      });
      await page.locator(`.sections a[href="#${id}"][aria-current]`).waitFor();
      await expect(page.locator('[aria-current]').count()).resolves.toBe(1);
      expect(await page.title()).toBe(title.replace(/^.* – /, `${heading} – `));
      await page.waitForURL(`**/docs*#${id}`);
    }
    // Also in a window that is little higher than the bar.
    await page.setViewportSize({ width: 740, height: 360 });
    await page.goto(`${server.url}/docs#logOut`);
    await page.locator('.sections a[href="#logOut"][aria-current]').waitFor({ state: 'attached' });
    await page.setViewportSize(WIDE);
    // An address within a section stays.
    await page.goto(`${server.url}/docs#error-not_found`);
    await page.locator('.sections a[href="#errors"][aria-current]').waitFor();
    expect(new URL(page.url()).hash).toBe('#error-not_found');
  });

  it('keeps an address that is asked for while the page still rests from scrolling', async () => {
    const { page } = wide();
    await page.goto(`${server.url}/docs#logOut`);
    // The address changes in the task before that of the timer which the first scrolling has started.
    await page.evaluate(`new Promise((resolve) => {
      addEventListener('scroll', () => setTimeout(() => {
        const until = performance.now() + 300;
        while (performance.now() < until);
        location.hash = '#error-not_found';
        setTimeout(resolve, 500);
      }), { once: true });
      scrollBy(0, 1);
    })`);
    expect(new URL(page.url()).hash).toBe('#error-not_found');
  });

  it('is whole without script', async () => {
    const { page, complaints } = await open({ javaScriptEnabled: false, viewport: NARROW });
    const shown = await languagesShown(page);
    expect(shown).toEqual(sections.flatMap(() => LANGUAGES));
    await page.locator('.sections').getByRole('link', { name: 'Renew a JWT' }).click();
    expect(new URL(page.url()).hash).toBe('#renewToken');
    await expect(page.locator('button:visible, input:visible').count()).resolves.toBe(0);
    expect(complaints).toEqual([]);
  });
});
