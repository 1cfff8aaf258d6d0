import type { Page } from 'playwright-core';
import { barriers, OF_COLOURS, removeRepetitions } from '../support/axe.js';
import { describeInBrowser, keepPicture, NARROW, plainUrl, WIDE } from '../support/browser.js';
import type { DocumentedOperation } from '../support/openapi.js';
import { useSharedServer } from '../support/use-server.js';

const { server, client } = useSharedServer();
let operations: DocumentedOperation[];

beforeAll(() => {
  operations = client.contract.operations();
});

/** The languages of the samples that can be seen. */
function languagesShown(page: Page): Promise<string[]> {
  const seen = "[...document.querySelectorAll('.sample')].filter((sample) => sample.offsetParent !== null)";
  return page.evaluate<string[]>(`${seen}.map((sample) => sample.dataset.language)`);
}

/** The code that an error body carries. */
function codeOf(body: unknown): string {
  const { code, error = '' } = body as { code?: string; error?: string };
  return code ?? error;
}

function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth');
}

describeInBrowser('The reference', (browser) => {
  const open = async (options?: Parameters<typeof browser.open>[1]): ReturnType<typeof browser.open> =>
    browser.open(`${server.url}/docs`, options);
  const wide = browser.sharedPage(`${server.url}/docs`);
  const narrow = browser.sharedPage(`${server.url}/docs`, { viewport: NARROW });

  it('shows every operation with all it takes and answers, in the order of the document', async () => {
    const { page, complaints } = wide();
    const { tags, components } = client.contract.document;
    const headings = await page.locator('h2').allInnerTexts();
    expect(headings.map((heading) => heading.replace(/\s*#$/, ''))).toEqual([
      'Introduction',
      'Authentication',
      ...tags.map(({ name }) => name),
      'Errors',
    ]);
    for (const { operationId, method, path, summary, parameters = [], requestBody, responses } of operations) {
      const text = (await page.locator(`section#${operationId}`).textContent()) ?? '';
      const schemas = [requestBody, responses['200']].map((part) => Object.values(part?.content ?? {})[0]?.schema);
      const names = schemas.flatMap((schema) => {
        const { $ref = '' } = (schema ?? {}) as { $ref?: string };
        return Object.keys(components.schemas[$ref.replace('#/components/schemas/', '')]?.properties ?? {});
      });
      const expected = [
        summary ?? '',
        `${method} ${server.url}${path}`,
        ...parameters.map(({ name }) => name),
        ...names,
        ...Object.keys(responses),
        ...Object.values(responses).flatMap(({ content }) =>
          Object.values(content?.['application/json']?.examples ?? {}).map(({ value }) => codeOf(value)),
        ),
      ];
      expect([operationId, expected.filter((part) => !text.includes(part))]).toEqual([operationId, []]);
      await expect(page.locator(`.sections a[href="#${operationId}"]`).count()).resolves.toBe(1);
    }
    expect(complaints).toEqual([]);
  });

  it('says of a call which credentials open it', async () => {
    const { page } = wide();
    const access = (id: string): Promise<string> => page.locator(`#${id} .access`).innerText();
    expect(await access('logIn')).toBe('Public: needs no credential.');
    expect(await access('getCurrentUser')).toBe('Needs a credential: jwt or authHeader.');
    expect(await access('listUsers')).toBe('Needs a credential: jwt or authHeader.');
    expect(await page.locator('#listUsers').innerText()).toContain(
      'The user needs the role admin, and an auth header the scope admin too.',
    );
    expect(await access('renewToken')).toBe('Needs a credential: jwt.');
  });

  it('lists every error code, and its links lead to something that is there', async () => {
    const { page } = wide();
    const codes = new Set(
      operations.flatMap(({ responses }) =>
        Object.values(responses).flatMap(({ content }) => Object.keys(content?.['application/json']?.examples ?? {})),
      ),
    );
    const listed = await page.locator('#errors tbody th code').allInnerTexts();
    expect(listed).toEqual(expect.arrayContaining([...codes, 'unknown_path', 'method_not_allowed']));
    const broken = await page.evaluate<string[]>(
      `[...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash).filter((hash) => !document.querySelector(hash))`,
    );
    expect(broken).toEqual([]);
    await page.getByRole('link', { name: 'Sign Up for a Developer Key' }).click();
    expect(new URL(page.url()).hash).toBe('#addAuthHeader');
    for (const href of await page.locator('.links a:not([href^="#"]):not([href^="https:"])').all()) {
      const target = new URL((await href.getAttribute('href')) ?? '', `${server.url}/docs`);
      expect([target.pathname, (await fetch(target)).status]).toEqual([target.pathname, 200]);
    }
  });

  it('shows every sample in the language that was chosen, and remembers it', async () => {
    const { page, complaints } = await open();
    const tab = (name: string): ReturnType<Page['getByRole']> => page.getByRole('tab', { name });
    expect(await languagesShown(page)).toEqual(operations.map(() => 'shell'));
    for (const [label, language] of Object.entries({ Python: 'python', JavaScript: 'javascript', Ruby: 'ruby' })) {
      await tab(label).click();
      expect(await languagesShown(page)).toEqual(operations.map(() => language));
    }
    await page.reload();
    expect(await languagesShown(page)).toEqual(operations.map(() => 'ruby'));
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

  it('finds calls by what they are about', async () => {
    const { page, complaints } = wide();
    const found = async (words: string): Promise<string[]> => {
      await page.getByRole('searchbox').fill(words);
      return page.locator('.sections ul a:visible').allInnerTexts();
    };
    const all = await found('');
    expect(all).toHaveLength(operations.length);
    expect(await found('renew')).toEqual(['Renew a JWT']);
    expect(await found('/user/logout')).toEqual(['Log out']);
    expect(await found('OVERLAP rotate')).toEqual(['Rotate an auth header']);
    expect(await found('xylophone')).toEqual([]);
    await expect(page.locator('#search-status').innerText()).resolves.toBe('Nothing found');
    await page.getByRole('searchbox').fill('renew');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#renewToken');
    expect(await found('')).toEqual(all);
    expect(complaints).toEqual([]);
  });

  it.each(['this machine', 'plain HTTP'])('copies a sample whole, to a browser on %s', async (where) => {
    const { page } = where === 'plain HTTP' ? await browser.open(`${plainUrl(server)}/docs`) : wide();
    await expect(page.evaluate('isSecureContext')).resolves.toBe(where === 'this machine');
    const block = page.locator('#logIn .sample:visible .block');
    await block.hover();
    await block.getByRole('button').click();
    await block.getByText('Copied', { exact: true }).waitFor();
    await expect(page.locator('#announcement').innerText()).resolves.toBe('Copied');
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('ControlOrMeta+V');
    const source = (await block.locator('code').textContent()) ?? '';
    // A field of one line takes a line's end for a blank.
    expect(await page.getByRole('searchbox').inputValue()).toBe(source.replaceAll('\n', ' '));
    expect(source).toContain('curl');
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
    expect(await languagesShown(page)).toEqual(operations.map(() => 'javascript'));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await languagesShown(page)).toEqual(operations.map(() => 'ruby'));
    await page.locator('#logIn .sample:visible .copy').focus();
    await page.keyboard.press('Enter');
    await page.locator('#announcement').getByText('Copied', { exact: true }).waitFor();
  });

  it('keeps the navigation behind a button where it is narrow', async () => {
    const { page, complaints } = narrow();
    const button = page.getByRole('button', { name: 'Menu' });
    const isOpen = (): Promise<boolean> => page.getByRole('searchbox').isVisible();
    expect(await isOpen()).toBe(false);
    await button.press('Enter');
    expect([await isOpen(), await button.getAttribute('aria-expanded')]).toEqual([true, 'true']);
    await page.keyboard.press('Escape');
    expect([await isOpen(), await button.getAttribute('aria-expanded')]).toEqual([false, 'false']);
    await button.click();
    await page.locator('.sections').getByRole('link', { name: 'Renew a JWT' }).click();
    expect(await isOpen()).toBe(false);
    expect(new URL(page.url()).hash).toBe('#renewToken');
    await expect(page.locator('#renewToken h3').isVisible()).resolves.toBe(true);
    expect(complaints).toEqual([]);
  });

  it('marks in the navigation what is being read', async () => {
    const { page } = wide();
    await page.getByRole('searchbox').fill('');
    for (const id of ['renewToken', 'errors', 'logIn']) {
      await page.locator(`.sections a[href="#${id}"]`).click();
      await page.locator(`.sections a[href="#${id}"][aria-current]`).waitFor();
      await expect(page.locator('[aria-current]').count()).resolves.toBe(1);
    }
  });

  it('is whole without script', async () => {
    const { page, complaints } = await open({ javaScriptEnabled: false, viewport: NARROW });
    const shown = await languagesShown(page);
    expect(shown).toEqual(operations.flatMap(() => ['shell', 'ruby', 'python', 'javascript']));
    await page.locator('.sections').getByRole('link', { name: 'Renew a JWT' }).click();
    expect(new URL(page.url()).hash).toBe('#renewToken');
    await expect(page.locator('button:visible').count()).resolves.toBe(0);
    expect(complaints).toEqual([]);
  });

  // The last tests, since they remove sections. Only the first one sees all, and only colours differ between the schemes.
  it.each([
    ['light', 'wide', WIDE],
    ['dark', 'wide', WIDE],
    ['light', 'narrow', NARROW],
    ['dark', 'narrow', NARROW],
  ] as const)('keeps nobody out: %s and %s', async (colorScheme, width, viewport) => {
    const { page, complaints } = width === 'wide' ? wide() : narrow();
    await page.emulateMedia({ colorScheme });
    expect(await widthOf(page)).toBe(viewport.width);
    await keepPicture(page, `reference-${width}-${colorScheme}`);
    const isFirst = colorScheme === 'light' && width === 'wide';
    if (!isFirst) await removeRepetitions(page);
    await page.evaluate("document.querySelector('details').open = true");
    const menu = page.getByRole('button', { name: 'Menu' });
    if (width === 'narrow' && (await menu.getAttribute('aria-expanded')) === 'false') await menu.click();
    expect(await barriers(page, colorScheme === 'dark' ? OF_COLOURS : undefined)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
