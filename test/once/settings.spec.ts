import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { run } from '../support/command-line.js';
import { newFolder, runToEnd, startServer } from '../support/server.js';

/** A working folder with a `.env` file. */
function folderWith(dotEnv: string): string {
  const folder = newFolder();
  writeFileSync(join(folder, '.env'), dotEnv);
  return folder;
}

describe('The start and doctor refuse in the same words', () => {
  it.each<[string, Record<string, string>]>([
    ['SECRET_KEY', { SECRET_KEY: 'a'.repeat(32) }],
    ['TRUST_PROXY', { REQUIRE_HTTPS: 'true' }],
  ])('%s: %j', async (name, env) => {
    const started = await runToEnd({ env });
    expect([started.code, started.stdout]).toEqual([1, '']);
    expect(started.stderr).toMatch(new RegExp(`^${name} [^\\n]*\\n$`));
    const examined = await run({ folder: newFolder() }, ['doctor'], { env });
    expect([examined.code, examined.stdout]).toEqual([1, `FAIL  settings  ${started.stderr}`]);
  });

  it('.env with a quote that is not closed', async () => {
    const folder = folderWith('PORT=0\n\n\t\nJWT_ISSUER="here\n');
    const started = await runToEnd({ folder });
    expect([started.code, started.stdout]).toEqual([1, '']);
    expect(started.stderr).toMatch(/^\.env, line 4: [^\n]*\n$/);
    const examined = await run({ folder }, ['doctor']);
    expect([examined.code, examined.stdout]).toEqual([1, `FAIL  settings  ${started.stderr}`]);
  });

  it('.env that is a folder', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, '.env'));
    const { code, stderr } = await runToEnd({ folder });
    expect([code, stderr]).toEqual([1, '.env cannot be read (it is a folder)\n']);
    expect((await run({ folder }, ['doctor'])).stdout).toBe(`FAIL  settings  ${stderr}`);
  });
});

describe('A .env file', () => {
  it('may begin with a byte order mark, end its lines as on Windows, and hold blank lines of any kind', async () => {
    const dotEnv =
      '\ufeffJWT_ISSUER=first\r\n \t\r\nexport JWT_AUDIENCE: "second # part"\r\n\r\nSAMPLE_KITTENS=false # last\r\nHOST=localhost\r\n';
    const server = await startServer({ folder: folderWith(dotEnv) });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ username: 'admin', password: 'correct horse battery' });
    const login = await fetch(`${server.url}/user/login`, { method: 'POST', headers, body });
    const { Token } = (await login.json()) as { Token: string };
    const claims = JSON.parse(Buffer.from(Token.split('.')[1] ?? '', 'base64url').toString()) as unknown;
    expect(claims).toMatchObject({ iss: 'first', aud: 'second # part' });
    expect(server.url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]|localhost):\d+$/);
    expect((await fetch(`${server.url}/kittens/1`)).status).toBe(404);
    expect(server.output()).not.toContain('Warning');
    await server.stop('SIGKILL');
  });
});

describe('Names that set nothing', () => {
  const dotEnv = '# settings\nTRUST_PROXIES=127.0.0.1\nNICKNAME=debug\n';
  const names = { JWT_TTL_SECONDS: '60', SECRETKEY: 'x', HOSTNAME: 'here', PORTS: '80' };
  const warnings = [
    '.env, line 2: TRUST_PROXIES is not a setting and is ignored; did you mean TRUST_PROXY?',
    '.env, line 3: NICKNAME is not a setting and is ignored',
    'JWT_TTL_SECONDS is not a setting and is ignored; did you mean JWT_TTL?',
    'SECRETKEY is not a setting and is ignored; did you mean SECRET_KEY?',
    'DATABASE_CA_FILE is not used: the database is a file (DATABASE_URL)',
  ];

  it('are warned of by the start and by doctor, and keep neither from its end', async () => {
    const folder = folderWith(dotEnv);
    writeFileSync(join(folder, 'ca.pem'), rootCertificates[0] ?? '');
    const env = { ...names, DATABASE_CA_FILE: 'ca.pem' };
    const server = await startServer({ folder, env });
    expect(server.output().match(/^Warning: .*$/gm)).toEqual(warnings.map((warning) => `Warning: ${warning}`));
    const { code, stdout } = await run(server, ['doctor'], { env });
    expect(stdout.match(/^warn .*$/gm)).toEqual(warnings.map((warning) => `warn  settings  ${warning}`));
    expect(code).toBe(0);
    await server.stop('SIGKILL');
  });

  it('are named with the setting that is missing because of them', async () => {
    const { code, stderr } = await runToEnd({
      env: { NODE_ENV: 'production', SECRETKEY: 'correct horse battery, and on' },
    });
    expect([code, stderr.split('\n')]).toEqual([
      1,
      [`Warning: ${warnings[3] ?? ''}`, 'SECRET_KEY must be set where NODE_ENV is production', ''],
    ]);
  });
});

describe('A secret', () => {
  it('is the same with a line end behind it, in the environment as in the file', async () => {
    const SECRET_KEY = '7b0c8cf0a5cf4f6cb4cb93c9e5b1d5a2';
    const first = await startServer({ env: { SECRET_KEY: `${SECRET_KEY}\r\n` } });
    await first.stop('SIGKILL');
    writeFileSync(join(first.folder, 'data/secret-key'), `\ufeff${SECRET_KEY}\r\n`, { mode: 0o600 });
    const { code, stdout } = await run(first, ['doctor']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^ok +secret /m)]);
  });
});

it('HOST in brackets is an address to listen on', async () => {
  const { stderr, ...started } = await runToEndOrUrl('[::1]');
  // A machine may have no IPv6.
  if (/EADDRNOTAVAIL|EAFNOSUPPORT/.test(stderr)) return;
  expect(started.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
});

async function runToEndOrUrl(HOST: string): Promise<{ url?: string; stderr: string }> {
  try {
    const server = await startServer({ env: { HOST } });
    await server.stop('SIGKILL');
    return { url: server.url, stderr: '' };
  } catch (error) {
    return { stderr: String(error) };
  }
}
