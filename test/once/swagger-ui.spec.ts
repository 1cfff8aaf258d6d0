import type { Page, Request } from 'playwright-core';
import { describeInBrowser, keepPicture, NARROW } from '../support/browser.js';
import { ADMIN } from '../support/server.js';
import { openSwaggerUi } from '../support/swagger-ui.js';
import { useSharedServer } from '../support/use-server.js';

const { server, client } = useSharedServer();

/** Executes a call as a person would, with another body if one is given; answers what went out and what came back. */
async function tryOut(
  page: Page,
  operationId: string,
  body?: object,
): Promise<{ request: Request; status: number; answer: Record<string, unknown>; curl: string }> {
  const block = page.locator(`[id$="-${operationId}"].opblock`);
  if (!(await block.locator('.execute').isVisible())) await block.locator('.opblock-summary-control').click();
  if (body !== undefined) await block.locator('.body-param__text').fill(JSON.stringify(body));
  const [response] = await Promise.all([
    page.waitForResponse((candidate) => candidate.request().resourceType() === 'fetch'),
    block.locator('.execute').click(),
  ]);
  const curl = block.locator('.curl-command code');
  await curl.waitFor();
  return {
    request: response.request(),
    status: response.status(),
    answer: (await response.json()) as Record<string, unknown>,
    curl: await curl.innerText(),
  };
}

/** Enters a credential in the dialogue. */
async function authorize(page: Page, scheme: 'jwt' | 'authHeader', value: string): Promise<void> {
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const form = page.locator('.auth-container').filter({ has: page.locator(`h4:has(code:text-is("${scheme}"))`) });
  await form.locator('input').fill(value);
  await form.getByRole('button', { name: 'Apply credentials' }).click();
  await form.getByRole('button', { name: 'Remove authorization' }).waitFor();
  await form.getByRole('button', { name: 'Close' }).click();
}

async function credentialsOf(request: Request): Promise<Record<string, string | undefined>> {
  const { authorization, 'x-api-key': apiKey } = await request.allHeaders();
  return { authorization, apiKey };
}

describeInBrowser('Swagger UI', (browser) => {
  it('shows every call, and takes the JWT of a login', async () => {
    const { page, complaints } = await browser.open(`${server.url}/swagger`);
    await page.locator('.opblock').first().waitFor();
    const shown = await page.evaluate<string[]>("[...document.querySelectorAll('.opblock')].map(({ id }) => id)");
    const expected = client.contract.operations().map(({ operationId }) => operationId);
    expect(shown.map((id) => id.split('-').at(-1))).toEqual(expected);
    await keepPicture(page, 'swagger-wide');

    const { username, password } = ADMIN;
    const login = await tryOut(page, 'logIn', { username, password });
    expect([login.status, login.request.method(), login.request.url()]).toEqual([
      200,
      'POST',
      `${server.url}/user/login`,
    ]);
    expect(login.request.postDataJSON()).toEqual({ username, password });
    await page.locator('.auth-wrapper .authorize.locked').waitFor();
    expect(complaints).toEqual([]);
  });

  it('calls guarded routes with the JWT of a login, after a reload as well', async () => {
    const operationIds = ['logIn', 'getCurrentUser', 'listUsers'];
    const { page, complaints } = await openSwaggerUi(browser, server, { operationIds });
    const { username, password } = ADMIN;
    const login = await tryOut(page, 'logIn', { username, password });
    const jwt = String(login.answer.Token);

    const byJwt = await tryOut(page, 'getCurrentUser');
    expect(byJwt.answer).toMatchObject({ Username: username, Credential: { Kind: 'jwt' } });
    expect(await credentialsOf(byJwt.request)).toEqual({ authorization: `Bearer ${jwt}`, apiKey: undefined });
    expect(byJwt.curl).toContain(`'${server.url}/user/me'`);
    expect(byJwt.curl).toContain(`-H 'Authorization: Bearer ${jwt}'`);

    // The first Execute sends no example, which would exclude everything there is.
    const list = await tryOut(page, 'listUsers');
    expect([list.request.url(), list.status]).toEqual([`${server.url}/user/list`, 200]);
    expect(list.answer).not.toHaveLength(0);

    await page.reload();
    expect((await tryOut(page, 'getCurrentUser')).answer).toMatchObject({ Credential: { Kind: 'jwt' } });
    expect(complaints).toEqual([]);
  });

  it('calls a guarded route with an auth header in place of the JWT, after a reload as well', async () => {
    const jwt = await client.logIn();
    const { id, token } = await client.addAuthHeader(jwt);
    const { page, complaints } = await openSwaggerUi(browser, server, {
      operationIds: ['getCurrentUser', 'grantToken'],
    });
    // As people paste it.
    await authorize(page, 'jwt', ` Bearer ${jwt}`);
    const { request } = await tryOut(page, 'getCurrentUser');
    expect(await credentialsOf(request)).toEqual({ authorization: `Bearer ${jwt}`, apiKey: undefined });
    // A client that is named in the form must not be named in a header too.
    const grant = page.locator('[id$="-grantToken"].opblock');
    await grant.locator('.opblock-summary-control').click();
    for (const [name, value] of Object.entries({ client_id: id, client_secret: token })) {
      await grant.locator(`tr[data-property-name="${name}"] input`).first().fill(value);
    }
    expect((await tryOut(page, 'grantToken')).answer).toMatchObject({ token_type: 'Bearer' });
    await authorize(page, 'authHeader', `"bearer ${token}"\n`);
    for (const when of ['now', 'after a reload']) {
      const { request, answer, curl } = await tryOut(page, 'getCurrentUser');
      expect([when, answer.Credential]).toEqual([when, expect.objectContaining({ Kind: 'auth-header' })]);
      expect(await credentialsOf(request)).toEqual({ authorization: undefined, apiKey: token });
      expect(curl).toContain(`-H 'X-API-Key: ${token}'`);
      if (when === 'now') await page.reload();
    }
    expect(complaints).toEqual([]);
  });

  it('asks about a token with the first Execute, as it is filled in', async () => {
    const { page, complaints } = await openSwaggerUi(browser, server, { operationIds: ['introspectToken'] });
    await authorize(page, 'jwt', await client.logIn());
    // An optional parameter that were filled in would be sent: a second credential besides that of the dialogue.
    const { request, status, answer } = await tryOut(page, 'introspectToken');
    expect([
      [...new URLSearchParams(request.postData() ?? '')].flatMap(([name, value]) => (value === '' ? [] : [name])),
      status,
      answer,
    ]).toEqual([['token'], 200, { active: false }]);
    expect(complaints).toEqual([]);
  });

  it('says without JavaScript where the calls are', async () => {
    const { page } = await browser.open(`${server.url}/swagger`, { javaScriptEnabled: false });
    expect(await page.locator('body').innerText()).toContain('Swagger UI needs JavaScript.');
    expect(await page.getByRole('link', { name: 'reference', exact: true }).getAttribute('href')).toBe('docs');
  });

  it('logs in by e-mail address on a phone, and shows the JWT in the header of the answer', async () => {
    const { page, complaints } = await openSwaggerUi(browser, server, {
      operationIds: ['logInWithEmail', 'getCurrentUser'],
      viewport: NARROW,
    });
    const { email, password } = ADMIN;
    const { answer } = await tryOut(page, 'logInWithEmail', { account: { email, password } });
    expect(answer).toEqual({ status: { success: 'Login sucessfully.' } });
    const shown = await page.locator('.live-responses-table .headerline').allInnerTexts();
    expect(shown.join('\n')).toMatch(/authorization: Bearer ey/);
    expect((await tryOut(page, 'getCurrentUser')).answer).toMatchObject({ Email: email });
    expect(complaints).toEqual([]);
    await keepPicture(page, 'swagger-narrow');
  });
});
