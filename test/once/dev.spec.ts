import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTransport } from 'nodemailer';
import { Authenticator } from '../support/authenticator.js';
import { describeInBrowser } from '../support/browser.js';
import { freePort } from '../support/free-port.js';
import { newFolder } from '../support/server.js';

const ROOT = resolve(__dirname, '../..');
const JITI = join(ROOT, 'node_modules/jiti/lib/jiti-cli.mjs');
const PICTURE_HOST = 'http://pictures.example.com';

interface Development {
  readonly child: ChildProcess;
  readonly output: () => string;
}

const started: ChildProcess[] = [];

/** What `npm run dev` runs, of the built program. */
function develop(args: readonly string[], env: Readonly<Record<string, string>> = {}): Development {
  const child = spawn(process.execPath, [JITI, 'dev/main.ts', '--no-watch', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, JWT_ALGORITHM: 'ES256', ...env },
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return { child, output: () => output };
}

async function whenStarted({ child, output }: Development): Promise<void> {
  while (!output().includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(output());
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function exitCodeOf({ child }: Development): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close');
  return child.exitCode;
}

afterAll(() => {
  for (const child of started) child.kill('SIGTERM');
});

describe('npm run dev', () => {
  const folder = join(newFolder(), 'dev');
  let development: Development;
  let [port, smtpPort, mailPort] = [0, 0, 0];
  let url: string;

  const logIn = (username: string, password: string, otp?: string): Promise<Response> =>
    fetch(`${url}/user/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password, otp }),
    });

  beforeAll(async () => {
    [port, smtpPort, mailPort] = [await freePort(), await freePort(), await freePort()];
    url = `http://127.0.0.1:${port}`;
    const ports = ['--port', String(port), '--smtp-port', String(smtpPort), '--mail-port', String(mailPort)];
    development = develop([...ports, '--data', folder]);
    await whenStarted(development);
  });

  it('logs in each user whom it names, with the password that it prints', async () => {
    const [, names = '', password = ''] = /users +(.+): password (.+)/.exec(development.output()) ?? [];
    const [, owner, secret = ''] = /(\w+) has an app for codes with the secret (\w+)/.exec(development.output()) ?? [];
    for (const name of names.split(', ')) {
      const otp = name === owner ? new Authenticator(secret).code() : undefined;
      expect([name, (await logIn(name, password, otp)).status]).toEqual([name, 200]);
    }
    expect(names).toContain(owner);
  });

  it('has a month of events, which lie in the past and are listed from new to old', async () => {
    const password = /password (.+)/.exec(development.output())?.[1] ?? '';
    const { Token: token } = (await (await logIn('admin', password)).json()) as { Token: string };
    const moments: string[] = [];
    let next: string | null = '/audit/list?limit=200';
    while (next !== null) {
      const response: Response = await fetch(`${url}${next}`, { headers: { authorization: `Bearer ${token}` } });
      moments.push(...((await response.json()) as { at: string }[]).map(({ at }) => at));
      const link = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
      next = link === undefined ? null : new URL(link, url).pathname + new URL(link, url).search;
    }
    expect(moments.length).toBeGreaterThan(200);
    expect(moments).toEqual(moments.toSorted().reverse());
    const [newest = '', oldest = ''] = [moments[0], moments.at(-1)];
    expect(Date.parse(newest)).toBeLessThanOrEqual(Date.now());
    expect(Date.now() - Date.parse(oldest)).toBeGreaterThan(29 * 86_400_000);
  });

  describeInBrowser('The page of mails', (browser) => {
    it('shows a mail that was sent, runs nothing of it, and fetches nothing for it', async () => {
      const html = `<p>Grüße <a href="${url}/docs">here</a><img src="${PICTURE_HOST}/x.png"><script>document.title = 'ran'</script>`;
      await createTransport(`smtp://127.0.0.1:${smtpPort}`).sendMail({
        from: 'personas@example.com',
        to: 'reader@example.com',
        subject: 'Ein Schlüssel <läuft> ab – مفتاح',
        text: `Grüße & <Küsse>\n${url}/docs?a=${'b'.repeat(90)}`,
        html,
      });
      const { page, complaints } = await browser.open(`http://127.0.0.1:${mailPort}/`);
      await page.getByRole('link', { name: 'Ein Schlüssel <läuft> ab – مفتاح' }).click();
      await page.getByText('Grüße & <Küsse>').first().waitFor();
      expect(await page.getByRole('link', { name: 'docs?a=' }).getAttribute('href')).toBe(
        `${url}/docs?a=${'b'.repeat(90)}`,
      );
      const frame = page.frameLocator('iframe');
      await frame.getByText('Grüße').waitFor();
      expect(await frame.getByRole('link').getAttribute('href')).toBe(`${url}/docs`);
      expect(await page.title()).toBe('Ein Schlüssel <läuft> ab – مفتاح');
      expect(complaints.filter((complaint) => complaint.startsWith('other host'))).toEqual([]);
    });
  });

  it('brings a mail of the server to the page, with a link to the console', async () => {
    const asked = await fetch(`${url}/user/forgot`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'alice@example.com' }),
    });
    expect(asked.status).toBe(200);
    const pageAt = async (path: string) => (await fetch(`http://127.0.0.1:${mailPort}${path}`)).text();
    const link = `<a href="http://localhost:${port}/console/`;
    let isThere = false;
    while (!isThere) {
      const ids = [...(await pageAt('/')).matchAll(/<a href="(\/\d+)">/g)].map(([, path = '']) => path);
      isThere = (await Promise.all(ids.map(pageAt))).some((page) => page.includes(link));
      await new Promise((done) => setTimeout(done, 100));
    }
  });

  it('shows its mails to no page of another name', async () => {
    const { request } = await import('node:http');
    const asked = request({ port: mailPort, host: '127.0.0.1', headers: { host: 'attacker.example.com' } }).end();
    const [response] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(421);
  });

  it('names the port that another program has taken, and the option', async () => {
    const second = develop(['--smtp-port', String(smtpPort), '--data', folder]);
    expect(await exitCodeOf(second)).toBe(1);
    expect(second.output()).toMatch(new RegExp(`^Port ${smtpPort} .*another program.*--smtp-port`));
  });

  it('ends with all that it started', async () => {
    development.child.kill('SIGINT');
    expect([await exitCodeOf(development), development.output()]).toEqual([0, expect.stringContaining('Stopped by')]);
    for (const each of [port, smtpPort, mailPort])
      await expect(fetch(`http://127.0.0.1:${each}/`)).rejects.toThrow('fetch failed');
  });
});

describe('npm run dev refuses', () => {
  it.each([
    ['production', [], { NODE_ENV: 'production' }, /^npm run dev has public passwords/],
    ['a port that is none', ['--port', '70000'], {}, /^--port must be a port/],
    ['an option that it does not know', ['--frsh'], {}, /^Unknown option '--frsh'/],
  ])('%s', async (_, args, env, line) => {
    const development = develop(['--data', newFolder(), ...args], env);
    expect(await exitCodeOf(development)).toBe(1);
    expect(development.output()).toMatch(line);
    expect(development.output()).not.toMatch(/\n {4}at /);
  });

  it('a folder with other files, and deletes none of them', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'personas.sqlite'), 'of somebody else');
    const development = develop(['--fresh', '--port', '0', '--smtp-port', '0', '--mail-port', '0', '--data', folder]);
    expect(await exitCodeOf(development)).toBe(1);
    expect(development.output()).toMatch(/holds other files/);
  });
});
