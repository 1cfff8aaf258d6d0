import { setTimeout as sleep } from 'node:timers/promises';
import { describeInBrowser } from '../support/browser.js';
import { useSharedServer } from '../support/use-server.js';

const { server } = useSharedServer();

describeInBrowser('The reference', (browser) => {
  const wide = browser.sharedPage(`${server.url}/docs`);

  it('finds calls, fields, headers and errors by what they are about', async () => {
    const { page, complaints } = wide();
    const found = async (words: string): Promise<string[]> => {
      await page.locator('#search').fill(words);
      return page.locator('#found b').allInnerTexts();
    };
    /** Each query, with what must be among the first results. */
    const queries: Record<string, string[]> = {
      renew: ['Renew a JWT'],
      '/user/logout': ['Log out'],
      'OVERLAP rotate': ['Rotate an auth header', 'overlapSeconds'],
      // Fields, headers, errors.
      allowedIps: ['allowedIps'],
      'X-API-Key': ['Authentication'],
      'Accept-Language': ['Accept-Language'],
      password_expired: ['403 password_expired'],
      403: ['403 insufficient_scope', 'Login'],
      429: ['429 too_many_attempts', 'Log in with a username'],
      // Other words for the same.
      revoke: ['Revoke a token', 'Delete an auth header', 'Log out', 'End one of your sessions', 'Disable a user'],
      'rate limit': ['429 too_many_attempts', 'rateLimit', 'RateLimit-Policy'],
      brute: ['429 too_many_attempts'],
      throttle: ['429 too_many_attempts'],
      'api key': ['Create an auth header'],
      apikey: ['Create an auth header'],
      'sign in': ['Login', 'Log in with a username'],
      pagination: ['cursor', 'List users'],
      cors: ['Every call'],
      'Retry-After': ['429 too_many_attempts'],
      // One typing error: swapped, missing, added and wrong.
      renwe: ['Renew a JWT'],
      sesion: ['List your sessions'],
      rotaate: ['Rotate an auth header'],
      kettens: ['Get a Specific Kitten'],
    };
    for (const [query, expected] of Object.entries(queries)) {
      const first = (await found(query)).slice(0, 25);
      expect([query, expected.filter((title) => !first.includes(title))]).toEqual([query, []]);
    }
    await expect(page.locator('#search-status').innerText()).resolves.toMatch(/^\d+ found for “kitten/);
    expect(await found('xylophone')).toEqual([]);
    await expect(page.locator('#search-status').innerText()).resolves.toBe('Nothing found');
    await found('');
    await expect(page.locator('.sections').isVisible()).resolves.toBe(true);
    expect(complaints).toEqual([]);
  });

  it('is searched by keyboard, and shows what was found', async () => {
    const { page } = wide();
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.id');
    const chosen = page.locator('#found [aria-selected=true] b');
    const highlights = (): Promise<number> => page.evaluate<number>("CSS.highlights.get('found')?.size ?? 0");
    const hash = (): string => new URL(page.url()).hash;
    await page.locator('main').focus();
    for (const key of ['/', 'ControlOrMeta+k']) {
      await page.evaluate('document.activeElement.blur()');
      await page.keyboard.press(key);
      expect([key, await focused()]).toEqual([key, 'search']);
    }
    await page.keyboard.type('rotate token');
    await expect(chosen.innerText()).resolves.toBe('Rotate an auth header');
    await page.keyboard.press('Enter');
    expect(hash()).toBe('#rotateAuthHeader');
    // Reading goes on there, and the search where it was.
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await expect(chosen.innerText()).resolves.toBe('Rotate the signing keys');
    await page.keyboard.press('Enter');
    expect(hash()).toBe('#rotateSigningKeys');
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect(page.locator('#search').getAttribute('aria-activedescendant')).resolves.toBe(
      await page.locator('#found li').last().getAttribute('id'),
    );
    await expect(page.locator('#found mark').first().innerText()).resolves.toMatch(/rotate/i);
    while ((await highlights()) < 10) await sleep(50);
    await page.keyboard.press('Escape');
    while ((await highlights()) > 0) await sleep(50);
    await expect(page.locator('#found').isVisible()).resolves.toBe(false);
  });
});
