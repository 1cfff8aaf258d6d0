import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { knownEnvironmentNames } from '../../src/config/setting.decorator.js';
import '../../src/config/settings.js';
import { claimsOf, Client } from '../support/client.js';
import { newFolder, runToEnd, startServer } from '../support/server.js';

describe('A first start', () => {
  it('makes a secret that only its user may read, in a folder that only its user may open, and reads a .env file, over which the environment wins', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, '.env'), 'JWT_ISSUER=from-file\nJWT_AUDIENCE=from-file\nJWT_ALGORITHM=ES256\n');
    const server = await startServer({ folder, env: { JWT_AUDIENCE: 'from-environment' } });
    expect(statSync(join(folder, 'data/secret-key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    const claims = claimsOf(await (await Client.of(server)).logIn());
    expect(claims).toMatchObject({ iss: 'from-file', aud: 'from-environment' });
    await server.stop('SIGKILL');
  });
});

describe('A start that cannot succeed says why in one line and exits with 1', () => {
  it.each([
    [
      'two bad settings',
      { JWT_ALGORITHM: 'none', SECRET_KEY: 'short' },
      /^(SECRET_KEY|JWT_ALGORITHM) .*\n(?!\1)\w+ .*$/,
    ],
    [
      'a database that cannot be made',
      { DATABASE_URL: 'sqlite:/dev/null/x.sqlite' },
      /^DATABASE_URL: .*(ENOTDIR|EEXIST)/,
    ],
  ])('%s', async (_, env, line) => {
    const { code, stderr, stdout } = await runToEnd({ env });
    expect(code).toBe(1);
    expect(stderr.trimEnd()).toMatch(line);
    expect(stderr).not.toMatch(/\n {4}at |Error:/);
    expect(stdout).toBe('');
  });

  it('a file that is no database', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'x.sqlite'), 'this is a text, and not a database at all');
    const { code, stderr } = await runToEnd({ folder, env: { DATABASE_URL: 'sqlite:x.sqlite' } });
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(/^DATABASE_URL: x\.sqlite cannot be used: .*NOTADB/);
    expect(readFileSync(join(folder, 'x.sqlite'), 'utf8')).toContain('this is a text');
  });

  it('a secret file that cannot be read', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'data/secret-key'), { recursive: true });
    chmodSync(join(folder, 'data'), 0o700);
    const { code, stderr } = await runToEnd({ folder });
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(/^data\/secret-key can be neither read nor written \(EISDIR\)/);
  });
});

describe('.env.example', () => {
  it('documents every setting there is, and none that is not', () => {
    const example = readFileSync(resolve(__dirname, '../../.env.example'), 'utf8');
    const documented = [...example.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(documented.toSorted()).toEqual(knownEnvironmentNames().toSorted());
  });
});
