import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOGIN_LIMITS } from '../src/login/login-limits.js';
import { type Answer, Client, newAddress } from './support/client.js';
import { ADMIN, BEHIND_PROXY, runToEnd, startServer } from './support/server.js';
import { Scrape, WITH_METRICS } from './support/scrape.js';
import { useServer } from './support/use-server.js';

/** So many logins at once of people who are not there, each from a network of its own. */
function storm(client: Client, size: number): Promise<Answer>[] {
  const login = (index: number) => ({ username: `nobody${index}`, password: 'a quieter place to read' });
  return Array.from({ length: size }, (_, index) => client.from(newAddress()).post('/user/login', login(index)));
}

/** A queue that few logins fill. */
const SHORT_QUEUE = { ...BEHIND_PROXY, HASH_CONCURRENCY: '1', HASH_QUEUE_LENGTH: '8', HASH_RETRY_AFTER: '7s' };

/** As many hashes at once as the settings allow. */
const MANY_THREADS = { ...BEHIND_PROXY, HASH_CONCURRENCY: '6', UV_THREADPOOL_SIZE: '8' };

describe('A storm of logins', () => {
  const { server: shortServer, client: shortClient } = useServer({ env: SHORT_QUEUE });

  it('turns away at once, with Retry-After, what would have to wait too long, and looks at the others', async () => {
    const answers = await Promise.all(storm(shortClient, 24));
    const turnedAway = answers.filter(({ status }) => status === 503);
    for (const { body, headers } of turnedAway) {
      expect([body.code, headers.get('retry-after')]).toEqual(['unavailable', '7']);
    }
    const lookedAt = answers.filter(({ status }) => status === 401);
    expect(lookedAt.length + turnedAway.length).toBe(24);
    expect(lookedAt.length).toBeGreaterThanOrEqual(9);
    expect(turnedAway.length).toBeGreaterThan(0);
    expect(shortServer.output()).not.toContain('ERROR');
    await shortClient.logIn();
  });

  describe('from one network', () => {
    const client = shortClient;
    const login = () =>
      client.from(newAddress()).post('/user/login', { username: ADMIN.username, password: ADMIN.password });

    it('of one account, whose attempts are used up, keeps nobody else from logging in', async () => {
      const attacker = client.from(newAddress());
      const attempt = () => attacker.post('/user/login', { username: ADMIN.username, password: 'wrong' });
      for (let count = 0; count < 10; count++) expect((await attempt()).status).toBe(401);
      let isExpired = false;
      const refusals: number[] = [];
      // More of them at any time than there are places to wait in.
      const connections = Array.from({ length: 24 }, async () => {
        while (!isExpired) refusals.push((await attempt()).status);
      });
      const logins: number[] = [];
      for (let count = 0; count < 3; count++) logins.push((await login()).status);
      isExpired = true;
      await Promise.all(connections);
      expect(logins).toEqual(Array(3).fill(200));
      expect(new Set(refusals)).toEqual(new Set([429]));
      expect(refusals.length).toBeGreaterThan(24);
    });

    it.each<[string, (index: number) => string]>([
      ['one account', () => ADMIN.username],
      ['ever other accounts', (index) => `nobody${index}`],
    ])('on %s keeps nobody elsewhere from logging in, before its attempts are used up', async (_, nameOf) => {
      const attacker = client.from(newAddress());
      const attempt = (index: number) => attacker.post('/user/login', { username: nameOf(index), password: 'wrong' });
      // Sent at once, while all of them have attempts left.
      const attack = Promise.all(Array.from({ length: 40 }, (__, index) => attempt(index)));
      const others = Array.from({ length: 5 }, login);
      expect((await Promise.all(others)).map(({ status }) => status)).toEqual(Array(5).fill(200));
      for (const { status, headers } of await attack) {
        expect([401, 429, 503]).toContain(status);
        expect(headers.has('retry-after')).toBe(status !== 401);
      }
    });
  });

  it('counts no attempt that was turned away', async () => {
    const server = await startServer({ env: { HASH_CONCURRENCY: '1', HASH_QUEUE_LENGTH: '0' } });
    const client = await Client.of(server);
    const wrong = () => client.post('/user/login', { username: ADMIN.username, password: 'wrong' });
    let turnedAway = 0;
    // Ten wrong ones would be the last; many more than ten are turned away.
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(Array.from({ length: 8 }, wrong));
      expect(answers.filter(({ status }) => status === 429)).toEqual([]);
      turnedAway += answers.filter(({ status }) => status === 503).length;
      if (answers.some(({ status }) => status === 401)) await client.logIn();
    }
    expect(turnedAway).toBeGreaterThan(10);
    await server.stop();
  });

  describe('at one account', () => {
    const { client } = useServer({ env: MANY_THREADS });

    it('goes on with all the threads that the settings leave to it, and they leave the database what it needs', async () => {
      const { stderr } = await runToEnd({ env: { ...MANY_THREADS, HASH_CONCURRENCY: '7' } });
      expect(stderr).toContain('HASH_CONCURRENCY must be at most 6');
      await client.logIn();
    });

    it('lets everybody in whose password is right, however many come at once', async () => {
      // More than the attempts that one network has.
      const jwts = await Promise.all(Array.from({ length: 15 }, () => client.logIn()));
      expect(new Set(jwts).size).toBe(15);
    });

    it('lets them in also when they come from as many networks, and have never been there before', async () => {
      const count = LOGIN_LIMITS.attemptsPerAccount + 5;
      const logins = Array.from({ length: count }, () => client.from(newAddress()).logIn());
      expect(new Set(await Promise.all(logins)).size).toBe(count);
    });

    it('leaves those alone who are logged in, remembered or not', async () => {
      const jwt = await client.logIn();
      const tokens = await Promise.all(Array.from({ length: 5 }, async () => (await client.addAuthHeader(jwt)).token));
      const waiting = new Set(storm(client, 20));
      for (const login of waiting) void login.finally(() => waiting.delete(login));
      const over = Promise.all(waiting);
      let asked = 0;
      while (waiting.size > 0) {
        const credential = tokens[asked++ % tokens.length];
        expect((await client.get('/user/me', credential)).status).toBe(200);
      }
      for (const { status } of await over) expect(status).toBe(401);
      expect(asked).toBeGreaterThan(tokens.length);
    });
  });
});

describe('Logins whose clients hang up while they wait', () => {
  const { server, client } = useServer({ env: { ...BEHIND_PROXY, ...WITH_METRICS, HASH_CONCURRENCY: '1' } });
  const [name, password] = ['nobody', 'a quieter place'];

  function send(path: string, body: string, type: string): Socket {
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const headers = [
      `Host: a`,
      `X-Forwarded-For: ${newAddress()}`,
      `Sec-Fetch-Site: same-origin`,
      `Content-Type: ${type}`,
    ];
    socket.write([`POST ${path} HTTP/1.1`, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n'));
    return socket;
  }

  it.each<[string, string, (index: number) => string, string]>([
    [
      'by name',
      '/user/login',
      (index) => JSON.stringify({ username: name + String(index), password }),
      'application/json',
    ],
    [
      'by address',
      '/en/api/v1/accounts/login',
      (index) => JSON.stringify({ account: { email: `${name}${index}@example.com`, password } }),
      'application/json',
    ],
    [
      'to change a password',
      '/user/password',
      (index) => JSON.stringify({ username: name + String(index), password, newPassword: 'one more quiet place' }),
      'application/json',
    ],
    [
      'in the console',
      '/console/login',
      (index) => `name=${name}${index}&password=quieter`,
      'application/x-www-form-urlencoded',
    ],
  ])('%s are not hashed, and are no success', async (_, path, bodyOf, type) => {
    const count = 60;
    const before = await Scrape.of(server);
    const hashesUntil = (after: Scrape): number =>
      Object.values(after.growth(before, 'personas_hash_duration_seconds_count'))[0] ?? 0;
    const sockets = Array.from({ length: count }, (__, index) => send(path, bodyOf(index), type));
    while (((await Scrape.of(server)).find('personas_hash_queue_length') ?? 0) < count / 2) await sleep(5);
    for (const socket of sockets) socket.destroy();
    await client.logIn();
    expect(hashesUntil(await Scrape.of(server))).toBeLessThan(count * 0.8);
  });
});
