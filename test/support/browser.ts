import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadOnce } from './once-a-worker.js';
import type { RunningServer } from './server.js';

/** The first is Chromium without windows: a page costs it a third of the processor time. */
const PROGRAMS = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
/** Bounds a hang, as Jest's limit does: a machine may be slow. */
const ACTION_LIMIT_MS = 60_000;
const ARTEFACTS = resolve(__dirname, '../../test-artefacts');

/** A name of this machine that, unlike `localhost`, browsers trust no more than any other over plain HTTP. */
export const PLAIN_HOST = 'personas.test';

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

const program = process.env.CHROMIUM ?? PROGRAMS.find((path) => existsSync(path));
const isRequired = process.env.CI_REQUIRES_BROWSER === '1';

/** Tests that need a real browser; where there is none they are left out, and say so, unless `CI_REQUIRES_BROWSER` is 1. */
export function describeInBrowser(name: string, tests: (browser: TestBrowser) => void): void {
  if (program === undefined && !isRequired) {
    process.stderr.write(`Left out, for want of Chromium: ${name}\n`);
    describe.skip(name, () => {
      it('needs Chromium', () => undefined);
    });
    return;
  }
  describe(name, () => {
    const browser = new TestBrowser();
    beforeAll(() => browser.start());
    afterEach(() => browser.closePages());
    afterAll(() => browser.stop());
    tests(browser);
  });
}

/** A page, with everything it should not have done. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of the console, refusals of the policy, failed requests and requests to any other host. */
  readonly complaints: readonly string[];
}

/** One Chromium for the tests of a file; every page it opens is watched, and starts with nothing remembered. */
export class TestBrowser {
  private browser: Browser;
  private readonly contexts: BrowserContext[] = [];

  async start(): Promise<void> {
    if (program === undefined) throw new Error('CI_REQUIRES_BROWSER is 1, and there is no Chromium');
    const args = [`--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`];
    const { chromium } = loadOnce('playwright-core');
    // Chromium's sandbox refuses to run as root.
    this.browser = await chromium.launch({ executablePath: program, args, chromiumSandbox: process.getuid?.() !== 0 });
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }

  async closePages(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  /**
   * One page for the tests of the `describe` that calls this. A page of its own, which {@link open} gives to a test that
   * depends on how another one has left it, costs two seconds of a processor.
   */
  sharedPage(url: string, options: BrowserContextOptions = {}): () => WatchedPage {
    let shared: WatchedPage | undefined;
    beforeAll(async () => {
      shared = await this.openIn(await this.newContext(options), url);
    });
    return () => {
      if (shared === undefined) throw new Error('The page has not been opened yet: use it in a test');
      return shared;
    };
  }

  async open(url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const context = await this.newContext(options);
    this.contexts.push(context);
    return this.openIn(context, url);
  }

  private newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    return this.browser.newContext({ viewport: WIDE, ...options });
  }

  private async openIn(context: BrowserContext, url: string): Promise<WatchedPage> {
    const page = await context.newPage();
    page.setDefaultTimeout(ACTION_LIMIT_MS);
    const complaints: string[] = [];
    const { host } = new URL(url);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText;
      // The page was left before it had all of its files.
      if (reason !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()}`);
      // What the policy refuses never leaves the browser.
      const other = complaints.indexOf(`other host: ${request.url()}`);
      if (reason === 'csp' && other !== -1) complaints.splice(other, 1);
    });
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    context.on('request', (request) => {
      const asked = new URL(request.url());
      if (asked.host !== host && asked.protocol !== 'data:') complaints.push(`other host: ${request.url()}`);
    });
    await page.goto(url);
    return { page, complaints };
  }
}

/** The server's address by {@link PLAIN_HOST}. */
export function plainUrl(server: Pick<RunningServer, 'url'>): string {
  return `http://${PLAIN_HOST}:${new URL(server.url).port}`;
}

/** With `TEST_PICTURES=1`, keeps a picture of what a test saw, to be looked at. It costs as much as a load of the page. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (process.env.TEST_PICTURES !== '1') return;
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: resolve(ARTEFACTS, `${name}.png`) });
}
