import type { BrowserContextOptions } from 'playwright-core';
import type { TestBrowser, WatchedPage } from './browser.js';
import type { OpenApi } from './openapi.js';
import type { RunningServer } from './server.js';

/**
 * Opens Swagger UI with a document that has of each answer its content types alone. Swagger UI makes no request of the rest, but
 * resolves it again for each operation that is opened, which takes two thirds of the processor time.
 * @param operationIds what the test calls; by default, all. What is on the page is drawn again with each click.
 */
export async function openSwaggerUi(
  browser: TestBrowser,
  { url }: Pick<RunningServer, 'url'>,
  { operationIds, ...options }: BrowserContextOptions & { operationIds?: readonly string[] },
): Promise<WatchedPage> {
  // A page must be there before its requests can be answered by a test.
  const watched = await browser.open(`${url}/llms.txt`, options);
  await watched.page.route('**/openapi.json', async (route) => {
    const response = await route.fetch();
    const document = (await response.json()) as OpenApi;
    for (const path of Object.values(document.paths)) {
      for (const [method, operation] of Object.entries(path)) {
        if (operationIds?.includes(operation.operationId) === false) {
          Reflect.deleteProperty(path, method);
          continue;
        }
        const types = Object.keys(operation.responses['200']?.content ?? {});
        const content = Object.fromEntries(types.map((type) => [type, { schema: {} }]));
        operation.responses = { 200: { description: '', content } };
        delete operation['x-codeSamples'];
      }
    }
    await route.fulfill({ response, json: document });
  });
  await watched.page.goto(`${url}/swagger`);
  return watched;
}
