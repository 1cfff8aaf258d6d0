import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { CLI } from '../support/command-line.js';
import { type AuthHeaderAnswer, claimsOf, Client } from '../support/client.js';
import { environmentOf, MAIN, whenAnswering, whenReady } from '../support/launch.js';
import { ADMIN, leftFolder } from '../support/server.js';

/** The newest that is maintained for long. `.node-version` names the one that all other tests run on. */
const NEWEST = 24;
/** It comes from the registry of packages once, and from npm's cache then. */
const DOWNLOAD_LIMIT_MS = 600_000;

const execute = promisify(execFile);
let node: string;
let child: ChildProcess;
let client: Client;
let folder: string;

beforeAll(async () => {
  const tell = 'process.stdout.write(process.execPath)';
  const args = ['exec', '--yes', `--package=node@${NEWEST}`, '--', 'node', '-e', tell];
  node = (await execute('npm', args)).stdout;
  ({ folder } = await leftFolder());
  child = spawn(node, [MAIN], { cwd: folder, env: await environmentOf(folder, { PORT: '0' }) });
  const server = await whenAnswering(child, folder);
  await whenReady(server.url);
  client = await Client.of(server);
}, DOWNLOAD_LIMIT_MS);

afterAll(() => {
  child.kill('SIGKILL');
});

const statusOf = async (path: string, token: string) => (await client.get(path, token)).status;

describe(`On Node ${NEWEST}, the build of the oldest Node`, () => {
  it('is run by that Node', async () => {
    const { stdout } = await execute(node, ['--version']);
    expect(stdout).toMatch(new RegExp(`^v${NEWEST}\\.`));
  });

  it('logs in at both doors, checks and renews a JWT, and ends it', async () => {
    const jwt = await client.logIn();
    const account = { email: ADMIN.email, password: ADMIN.password };
    expect((await client.post('/en/api/v1/accounts/login', { account })).status).toBe(200);
    for (const path of ['/user/me', '/auth/verify', '/user/sessions'])
      expect([path, await statusOf(path, jwt)]).toEqual([path, 200]);
    const renewed = await client.post<{ Token: string }>('/user/renew', undefined, jwt);
    expect(claimsOf(renewed.body.Token).sid).toBe(claimsOf(jwt).sid);
    expect((await client.post('/user/logout', undefined, jwt)).status).toBe(200);
    expect([await statusOf('/user/me', jwt), await statusOf('/user/me', renewed.body.Token)]).toEqual([401, 401]);
  });

  it('makes, lists, limits, introspects, rotates and revokes an auth header', async () => {
    const jwt = await client.logIn();
    const rateLimit = { limit: 100, windowSeconds: 2_592_000 };
    const { id, token } = await client.addAuthHeader(jwt, { name: 'limited', rateLimit });
    const { headers } = await client.get('/auth/verify', token);
    expect(headers.get('ratelimit')).toMatch(/^"auth-header";r=99;/);
    const asked = { body: new URLSearchParams({ token }), headers: { authorization: `Bearer ${token}` } };
    expect((await client.call('POST', '/oauth/introspect', asked)).body.active).toBe(true);
    const { body } = await client.post<AuthHeaderAnswer>('/authheader/rotate', { text: id }, jwt);
    expect([await statusOf('/user/me', token), await statusOf('/user/me', body.token)]).toEqual([401, 200]);
    expect((await client.post('/authheader/delete', { text: body.token }, jwt)).status).toBe(200);
    expect(await statusOf('/user/me', body.token)).toBe(401);
    const { body: listed } = await client.get<unknown[]>('/authheader/list', jwt);
    expect(listed).toEqual([]);
  });

  it('runs the command line, and stops in order', async () => {
    const env = await environmentOf(folder, {});
    const { stdout } = await execute(node, [CLI, 'user', 'list', '--json'], { cwd: folder, env });
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ Username: ADMIN.username })]);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([null, 'SIGTERM']);
  });
});
