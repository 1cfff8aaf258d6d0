import { barriers, OF_COLOURS, OF_LOOKS, OF_WCAG, removeRepetitions } from '../support/axe.js';
import { describeInBrowser, keepPicture, NARROW, WIDE } from '../support/browser.js';
import type { DocumentedOperation } from '../support/openapi.js';
import { useSharedServer } from '../support/use-server.js';

const { server, client } = useSharedServer();
let operations: DocumentedOperation[];

beforeAll(() => {
  operations = client.contract.operations();
});

/** What every call has is said once. */
const SAID_ONCE = ['Accept-Language', '406', '500', '503', 'RateLimit', 'RateLimit-Policy'];

/** The code that an error body carries. */
function codeOf(body: unknown): string {
  const { code, error = '' } = body as { code?: string; error?: string };
  return code ?? error;
}

describeInBrowser('The reference', (browser) => {
  const wide = browser.sharedPage(`${server.url}/docs`);

  it('shows every operation with all it takes and answers, in the order of the Slate document', async () => {
    const { page, complaints } = wide();
    const { tags, components } = client.contract.document;
    const headings = await page.locator('h2').allInnerTexts();
    expect(headings.map((heading) => heading.replace(/\s*#$/, ''))).toEqual([
      'Introduction',
      'Authentication',
      ...tags.map(({ name }) => name).filter((name) => name !== 'Kittens'),
      'Errors',
    ]);
    const links = "[...document.querySelectorAll('.sections ul a')]";
    const titles = await page.evaluate<string[]>(`${links}.map(({ firstChild }) => firstChild.textContent.trim())`);
    expect(titles.slice(0, 3)).toEqual(['Login', 'Get a Specific Kitten', 'Delete a Specific Kitten']);
    const sections = await page.evaluate<Record<string, { id: string; text: string }>>(
      `Object.fromEntries(${JSON.stringify(operations.map(({ operationId }) => operationId))}.map((name) => {
        const { id, textContent } = document.getElementById(name).closest('section');
        return [name, { id, text: textContent }];
      }))`,
    );
    const linked = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.sections a *')].flatMap((part) => {
        return [...part.classList].map((name) => part.closest('a').hash + ' ' + name);
      })`,
    );
    for (const { operationId, method, path, parameters = [], requestBody, responses } of operations) {
      const { id = '', text = '' } = sections[operationId] ?? {};
      const schemas = [requestBody, responses['200']].map((part) => Object.values(part?.content ?? {})[0]?.schema);
      const names = schemas.flatMap((schema) => {
        const { $ref = '' } = (schema ?? {}) as { $ref?: string };
        return Object.keys(components.schemas[$ref.replace('#/components/schemas/', '')]?.properties ?? {});
      });
      const own = Object.entries(responses).filter(([status]) => !SAID_ONCE.includes(status));
      const expected = [
        `${method} ${server.url}${path}`,
        ...parameters.map(({ name }) => name).filter((name) => !SAID_ONCE.includes(name)),
        ...names,
        ...own.map(([status]) => status),
        ...own.flatMap(([, { content }]) =>
          Object.values(content?.['application/json']?.examples ?? {}).map(({ value }) => codeOf(value)),
        ),
      ];
      expect([operationId, expected.filter((part) => !text.includes(part))]).toEqual([operationId, []]);
      const links = linked.filter((link) => link === `#${id} ${method.toLowerCase()}`);
      expect([operationId, links.length]).toEqual([operationId, 1]);
    }
    expect(complaints).toEqual([]);
  });

  it('says once what every call takes and answers', async () => {
    const { page } = wide();
    const said = (await page.locator('#every-call').textContent()) ?? '';
    expect(SAID_ONCE.filter((part) => !said.includes(part))).toEqual([]);
    for (const part of SAID_ONCE) {
      const rows = page
        .locator('section:not(#every-call, #errors) tbody th')
        .filter({ hasText: new RegExp(`^${part}`) });
      await expect(rows.count()).resolves.toBe(0);
    }
    // It is true of every call that is not named as an exception.
    for (const status of ['406', '500', '503']) {
      const links = `#every-call p:has(.status:text-is("${status}")) a`;
      const named = await Promise.all((await page.locator(links).all()).map((link) => link.getAttribute('href')));
      const without = operations.filter(({ responses }) => !(status in responses));
      expect([status, named]).toEqual([status, without.map(({ operationId }) => `#${operationId}`)]);
    }
  });

  it('has the addresses, sentences and notices of the Slate document', async () => {
    const { page } = wide();
    for (const [anchor, id] of Object.entries({
      login: 'logInWithEmail',
      'get-a-specific-kitten': 'getKitten',
      'delete-a-specific-kitten': 'deleteKitten',
    })) {
      await expect(page.locator(`section#${anchor} h3 #${id}`).count()).resolves.toBe(1);
    }
    const text = ((await page.locator('body').textContent()) ?? '').replaceAll(/\s+/g, ' ');
    const missing = [
      'Welcome to the Elastic Personas API! You can use our API to access Elastic Personas API endpoints',
      'in Shell, Ruby, Python, and JavaScript! You can view code examples in the dark area to the right',
      'you can switch the programming language of the examples with the tabs in the top right',
      'in the style of Slate',
      'as a base for your own API’s documentation',
      'Authentication is handled by JWT token.',
      'Elastic Personas uses JWT token keys to allow access to the API',
      'in all API requests to the server in a header that looks like the following:',
      'You must login to get Bearer token to access for API.',
      'The above command returns JSON structured like this:',
      'Remember — You can get the JWT token from the response header!',
      'This endpoint retrieves a specific kitten.',
      'you can’t use Markdown, so use <code> blocks to denote code.',
      'This endpoint deletes a specific kitten.',
      'Sign Up for a Developer Key',
      'Documentation in the Style of Slate',
    ].filter((sentence) => !text.replaceAll('below each call', '').replaceAll('at the top', '').includes(sentence));
    expect(missing).toEqual([]);
    expect(text).not.toContain('Elastic personas');
  });

  it('says what it is: its title, description and version', async () => {
    const { page } = wide();
    const { version } = client.contract.document.info;
    await expect(page.locator('.brand').innerText()).resolves.toContain(version);
    await expect(page.locator('h1').textContent()).resolves.toBe('Elastic Personas API Reference');
    for (const selector of ['meta[name=description]', 'meta[property="og:description"]', 'meta[property="og:title"]']) {
      expect(await page.locator(selector).getAttribute('content')).toMatch(/\S/);
    }
  });

  it('says of a call which credentials open it', async () => {
    const { page } = wide();
    const access = (id: string): Promise<string> => page.locator(`#${id} .access`).first().innerText();
    expect(await access('logIn')).toBe('Public: needs no credential.');
    expect(await access('getCurrentUser')).toBe('Needs a credential: jwt or authHeader.');
    expect(await access('listUsers')).toBe('Needs a credential: jwt or authHeader.');
    expect(await page.locator('#listUsers').innerText()).toContain(
      'The user needs the role admin, and an auth header the scope admin too.',
    );
    expect(await access('renewToken')).toBe('Needs a credential: jwt.');
  });

  it('lists every error code by its own anchor, and its links lead to something that is there', async () => {
    const { page } = wide();
    const codes = new Set(
      operations.flatMap(({ responses }) =>
        Object.values(responses).flatMap(({ content }) => Object.keys(content?.['application/json']?.examples ?? {})),
      ),
    );
    const listed = await page.locator('#errors tbody th code').allInnerTexts();
    expect(listed).toEqual(expect.arrayContaining([...codes, 'unknown_path', 'method_not_allowed']));
    for (const code of listed) await expect(page.locator(`#errors tr#error-${code}`).count()).resolves.toBe(1);
    const broken = await page.evaluate<string[]>(
      `[...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash).filter((hash) => !document.querySelector(hash))`,
    );
    expect(broken).toEqual([]);
    const repeated = await page.evaluate<string[]>(
      `[...document.querySelectorAll('[id]')].map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index)`,
    );
    expect(repeated).toEqual([]);
    await page.getByRole('link', { name: 'Sign Up for a Developer Key' }).click();
    expect(new URL(page.url()).hash).toBe('#addAuthHeader');
    for (const href of await page.locator('.links a:not([href^="#"]):not([href^="https:"])').all()) {
      const target = new URL((await href.getAttribute('href')) ?? '', `${server.url}/docs`);
      expect([target.pathname, (await fetch(target)).status]).toEqual([target.pathname, 200]);
    }
  });

  it('prints what is collapsed, and no more than can be read on paper', async () => {
    const { page } = wide();
    await page.emulateMedia({ media: 'print' });
    const collapsed = page.locator('#logIn details table');
    await expect(collapsed.isVisible()).resolves.toBe(true);
    await expect(page.locator('nav:visible, .copy:visible, .account:visible, .bar:visible').count()).resolves.toBe(0);
    await page.emulateMedia({ media: null });
    await expect(collapsed.isVisible()).resolves.toBe(false);
  });

  it('leads from a call to the same call in Swagger UI', async () => {
    const { page } = wide();
    await page.locator('#addAuthHeader').getByRole('link', { name: 'Try it in Swagger UI' }).click();
    await page.locator('.opblock.is-open[id$="-addAuthHeader"]').waitFor();
  });

  it('tells what is chosen where colours are forced', async () => {
    const { page } = wide();
    await page.goto(`${server.url}/docs#logIn`);
    const current = page.locator('.sections a[aria-current]');
    await current.waitFor();
    await page.emulateMedia({ forcedColors: 'active' });
    const background = (selector: string): Promise<string> =>
      page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).backgroundColor`);
    for (const [chosen, other] of [
      ['.sections a[aria-current]', '.sections a:not([aria-current])'],
      ['[role=tab][aria-selected=true]', '[role=tab][aria-selected=false]'],
    ] as const) {
      expect([chosen, (await background(chosen)) === (await background(other))]).toEqual([chosen, false]);
    }
    await page.emulateMedia({ forcedColors: null });
  });

  it('is mirrored where the direction is right to left, but for its code', async () => {
    const { page } = wide();
    await page.evaluate("document.documentElement.dir = 'rtl'");
    const box = async (selector: string): Promise<number[]> => {
      const { x = NaN, width = NaN } = (await page.locator(selector).boundingBox()) ?? {};
      return [x, width].map(Math.round);
    };
    const [bar, code, navigation] = [await box('.bar'), await box('#logIn .code'), await box('nav')];
    expect([bar, bar[0], navigation[0]]).toEqual([code, 0, WIDE.width - (navigation[1] ?? 0)]);
    await expect(page.locator('#logIn pre:visible').first().getAttribute('dir')).resolves.toBe('ltr');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(WIDE.width);
    await page.evaluate("document.documentElement.removeAttribute('dir')");
  });

  // The last tests, since they remove sections. Only the first one sees all, but for what is the same for each kind of
  // element, and only colours differ between the schemes.
  it.each([
    ['light', 'wide', WIDE],
    ['dark', 'wide', WIDE],
    ['light', 'narrow', NARROW],
    ['dark', 'narrow', NARROW],
  ] as const)('keeps nobody out: %s and %s', async (colorScheme, width, viewport) => {
    const { page, complaints } = wide();
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(viewport.width);
    await keepPicture(page, `reference-${width}-${colorScheme}`);
    const rules = colorScheme === 'dark' ? OF_COLOURS : undefined;
    await page.evaluate("document.querySelector('details').open = true");
    if (colorScheme === 'light' && width === 'wide')
      expect(await barriers(page, undefined, undefined, OF_LOOKS)).toEqual([]);
    await removeRepetitions(page);
    expect(await barriers(page, rules)).toEqual([]);
    // What axe recommends for a whole page does not hold while the drawer makes the rest of it inert.
    if (width === 'narrow') await page.locator('.menu').click();
    await page.locator('#search').fill('revoke');
    expect(await barriers(page, rules ?? OF_WCAG, 'nav')).toEqual([]);
    if (width === 'narrow') await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });
});
