import type { Page } from 'playwright-core';
import { barriers } from '../support/axe.js';
import { describeInBrowser } from '../support/browser.js';
import { ADMIN } from '../support/server.js';
import { openSwaggerUi } from '../support/swagger-ui.js';
import { useServer } from '../support/use-server.js';

const { server, client } = useServer();

/** Less of the page to draw. */
const SMALL = { width: 1000, height: 400 };
const DARK = 'rgb(28, 32, 34)';
/** What nobody can know before: a password, an id, a token or a code, an own address, or when the next key is old enough. */
const NEED_ANOTHER_VALUE = [
  'logInWithEmail 401',
  'changePassword 401',
  'completeLogin 401',
  'setUpAtLogin 401',
  'beginPasskeyLogin 401',
  'logInWithPasskey 401',
  'endSession 404',
  'forgotPassword 404',
  'resetForgottenPassword 404',
  'changeEmail 404',
  'confirmEmail 404',
  'undoEmail 404',
  'rotateAuthHeader 404',
  'updateAuthHeader 404',
  'deleteAuthHeader 404',
  'deleteKittenAlias 410',
  'revokeAuthHeader 404',
  'rotateSigningKeys 409',
  'revokeSigningKey 404',
  'confirmTotp 401',
  'renameFactor 404',
  'removeFactor 404',
  'makeRecoveryCodes 404',
  'confirmPasskey 401',
  'grantToken 401',
];

interface Pressed {
  readonly id: string;
  readonly status: number;
  readonly description: string;
}

/**
 * Opens a tag, presses Execute in each of some operations as it is, and tells what came of it. It runs in the page, and leaves
 * everything else closed: Swagger UI renders all that is open with each response.
 */
const PRESS = `async (tag, ids) => {
  const find = async (selector) => {
    for (let tries = 0; tries < 1200; tries++) {
      const found = document.querySelector(selector);
      if (found !== null && !found.disabled) return found;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('There is no ' + selector);
  };
  const toggle = () => document.querySelector('.opblock-tag[data-tag="' + tag + '"] .expand-operation').click();
  toggle();
  const pressed = [];
  for (const id of ids) {
    const block = '[id$="-' + id + '"].opblock ';
    (await find(block + '.opblock-summary-control')).click();
    // The prefilled values come a moment later than the button, which sends nothing until then.
    const answer = block + '.live-responses-table .response .response-col_status';
    for (let waitedMs = 0; document.querySelector(answer) === null; waitedMs += 50) {
      if (waitedMs % 3000 === 100) document.querySelector(block + '.execute')?.click();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const code = document.querySelector(answer);
    const description = document.querySelector(block + '.opblock-description')?.textContent ?? '';
    pressed.push({ id, status: Number.parseInt(code.textContent, 10), description });
    document.querySelector(block + '.opblock-summary-control').click();
  }
  toggle();
  return pressed;
}`;

/** Forty calls, each of which is drawn: a loaded machine takes minutes. */
const LIMIT_MS = 600_000;

/** The page hears of the new scheme with its next frame. */
async function prefer(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(colorScheme === 'dark' ? 'html.dark-mode' : 'html:not(.dark-mode)').waitFor();
}

describeInBrowser('Swagger UI on a fresh server', (browser) => {
  it(
    'logs in, and then every call works as it is prefilled, or says what to put there',
    async () => {
      const { page, complaints } = await openSwaggerUi(browser, server, {
        colorScheme: 'dark',
        viewport: SMALL,
      });
      await page.locator('.opblock').first().waitFor();
      await page.evaluate("for (const one of document.querySelectorAll('.opblock-tag .expand-operation')) one.click()");
      const press = (tag: string, ids: string[]): Promise<Pressed[]> =>
        page.evaluate<Pressed[]>(`(${PRESS})(${JSON.stringify(tag)}, ${JSON.stringify(ids)})`);

      await page.locator('.opblock-tag[data-tag="User"] .expand-operation').click();
      const login = page.locator('[id$="-logIn"].opblock');
      await login.locator('.opblock-summary-control').click();
      const { username, password } = ADMIN;
      await login.locator('.body-param__text').fill(JSON.stringify({ username, password }));
      await login.locator('.execute').click();
      await page.locator('.auth-wrapper .authorize.locked').waitFor();
      await page.locator('.opblock-tag[data-tag="User"] .expand-operation').click();

      const pressed: Pressed[] = [];
      for (const { name } of client.contract.document.tags) {
        const own = client.contract.operations().filter(({ tags, operationId }) => {
          return tags?.[0] === name && !['logIn', 'logOut'].includes(operationId);
        });
        // What reads comes before what takes away.
        const [reads, writes] = ['GET', ''].map((kind) =>
          own.filter(({ method }) => (method === 'GET') === (kind === 'GET')),
        );
        pressed.push(
          ...(await press(
            name,
            [...(reads ?? []), ...(writes ?? [])].map(({ operationId }) => operationId),
          )),
        );
      }
      expect(pressed).toHaveLength(client.contract.operations().length - 2);
      const failed = pressed.filter(({ status }) => status !== 200);
      expect(failed.filter(({ description }) => !description.includes('To try it'))).toEqual([]);
      expect(failed.map(({ id, status }) => `${id} ${status}`)).toEqual(NEED_ANOTHER_VALUE);

      expect((await press('User', ['logOut'])).map(({ status }) => status)).toEqual([200]);
      await page.locator('.auth-wrapper .authorize.unlocked').waitFor();
      const expected = /the server responded with a status of 4\d\d /;
      expect(complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);

      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(DARK);
      expect(await page.evaluate("getComputedStyle(document.querySelector('.swagger-ui')).backgroundColor")).toBe(DARK);
      await prefer(page, 'light');
      // axe on the whole page for what our page and Swagger UI make together, and on ours alone for the rest.
      expect(await barriers(page, ['region', 'landmark-one-main', 'landmark-no-duplicate-main'])).toEqual([]);
      await page.evaluate("document.querySelector('#swagger-ui').textContent = 'Swagger UI'");
      for (const colorScheme of ['light', 'dark'] as const) {
        await prefer(page, colorScheme);
        expect(await barriers(page, ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])).toEqual([]);
      }
    },
    LIMIT_MS,
  );
});
