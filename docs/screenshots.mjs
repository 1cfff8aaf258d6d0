// Makes the pictures of the README, of the built server: npm run screenshots
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { URL } from 'node:url';
import { chromium } from 'playwright-core';

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
/** As the server is reached by default, whatever port it has got here. */
const SHOWN_URL = 'http://localhost:3000';

const PICTURES = [
  { name: 'reference', path: '/docs#logIn', viewport: WIDE },
  { name: 'reference-dark', path: '/docs#addAuthHeader', viewport: WIDE, colorScheme: 'dark' },
  { name: 'reference-phone', path: '/docs#logIn', viewport: NARROW },
  { name: 'swagger', path: '/swagger', viewport: WIDE, ready: '.opblock' },
  { name: 'swagger-phone', path: '/swagger', viewport: NARROW, ready: '.opblock' },
];

const folder = mkdtempSync(join(tmpdir(), 'personas-'));
const server = spawn(process.execPath, [join(import.meta.dirname, '../dist/main.js')], {
  cwd: folder,
  env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0' },
});
const port = await new Promise((resolve, reject) => {
  server.once('exit', () => reject(new Error('The server did not start')));
  server.stdout.on('data', (chunk) => {
    const [, found] = /answers at \S+:(\d+)/.exec(String(chunk)) ?? [];
    if (found !== undefined) resolve(found);
  });
});

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [`--host-resolver-rules=MAP ${new URL(SHOWN_URL).host} 127.0.0.1:${port}`],
  // Chromium's sandbox refuses to run as root.
  chromiumSandbox: process.getuid?.() !== 0,
});
try {
  for (const { name, path, ready = 'body', ...options } of PICTURES) {
    const page = await browser.newPage(options);
    await page.goto(SHOWN_URL + path);
    await page.locator(ready).first().waitFor();
    await page.screenshot({ path: join(import.meta.dirname, `images/${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
