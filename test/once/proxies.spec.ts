import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { claimsOf } from '../support/client.js';
import { Connection, refusesConnections } from '../support/connection.js';
import { freePort } from '../support/free-port.js';
import { type Asked, FORGED, GuardedService, UPGRADE } from '../support/guarded-service.js';
import { stopListening } from '../support/listening-program.js';
import { PROXIES, type Ports } from '../support/proxies.js';
import { BEHIND_PROXY } from '../support/server.js';
import { useServer } from '../support/use-server.js';
import { describeWithProgram } from '../support/with-program.js';

const PREFLIGHT = { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'DELETE' };
const { server, client } = useServer({ env: BEHIND_PROXY });
let service: GuardedService;
let jwt: string;
let scoped: { token: string; id: string };
let refused: Record<string, Record<string, string>>;

beforeAll(async () => {
  service = await GuardedService.start();
  jwt = await client.logIn();
  scoped = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read'] });
  const dead = await client.addAuthHeader(jwt);
  await client.post('/authheader/delete', { text: dead.token }, jwt);
  const ended = await client.logIn();
  await client.post('/user/logout', undefined, ended);
  refused = {
    none: {},
    nonsense: { Authorization: 'Bearer nonsense' },
    empty: { Authorization: '', 'X-API-Key': '' },
    'a deleted auth header': { 'X-API-Key': dead.token },
    'the JWT of an ended session': { Authorization: `Bearer ${ended}` },
    'two credentials': { Authorization: `Bearer ${jwt}`, 'X-API-Key': scoped.token },
  };
});

afterAll(() => {
  service.stop();
});

const identityOf = ({ headers }: Asked) =>
  Object.entries(headers).filter(([name, value]) => /^x.(?:user|credential|auth(?=[^a-z]))/.test(name) && value !== '');

describe.each(PROXIES)('$needed.name', ({ needed, demand, start, whenDown, introspects = false }) => {
  /** What a client may claim without being refused for it. */
  const claimed = introspects ? {} : FORGED;
  describeWithProgram(needed, `as ${needed.name} is documented`, () => {
    let proxy: ChildProcess | undefined;
    let ports: Ports;

    beforeAll(async () => {
      const own = await client.addAuthHeader(jwt, { name: needed.name });
      ports = { client: own, own: await freePort(), server: Number(new URL(server.url).port), service: service.port };
      proxy = await start(ports);
    });

    afterAll(() => stopListening(proxy));

    beforeEach(() => {
      service.asked.length = 0;
    });

    const call = (method: string, headers: Record<string, string>, body?: Buffer, path = '/orders/42?page=1') =>
      fetch(`http://127.0.0.1:${ports.own}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: new Uint8Array(body) }),
      });

    it('passes on the identity of a credential in every form, and neither the credential nor what the client claims', async () => {
      const forms = [jwt, scoped.token].flatMap((credential): Record<string, string>[] => [
        { Authorization: `Bearer ${credential}` },
        ...(introspects ? [] : [{ Authorization: credential }, { 'X-Authorization': credential }]),
      ]);
      if (!introspects) forms.push({ 'X-API-Key': scoped.token });
      for (const form of forms) {
        const { status } = await call('GET', { ...form, ...claimed });
        expect([form, status]).toEqual([form, 200]);
      }
      const logins = service.asked.map(({ headers }) => [
        headers['x-auth-methods'] ?? '',
        headers['x-auth-time'] ?? '',
      ]);
      const login = [introspects ? '["pwd"]' : 'pwd', String(claimsOf(jwt).auth_time)];
      const kinds = service.asked.map(({ headers }) => headers['x-credential-kind']);
      expect(kinds).toEqual(
        forms.map(({ Authorization, 'X-Authorization': other }) =>
          (Authorization ?? other)?.endsWith(jwt) === true ? 'jwt' : 'auth-header',
        ),
      );
      expect(logins).toEqual(kinds.map((kind) => (kind === 'jwt' ? login : ['', ''])));
      expect(service.asked.at(-1)?.headers).toMatchObject({
        'x-credential-id': scoped.id,
        'x-credential-scopes': 'orders:read',
        'x-user-name': 'admin',
        'x-user-roles': introspects ? '["admin"]' : 'admin',
      });
      expect(new Set(service.asked.map(({ url }) => url))).toEqual(new Set(['/orders/42?page=1']));
      for (const one of service.asked) {
        expect(JSON.stringify(one)).not.toContain('forged');
        for (const name of ['authorization', 'x-authorization', 'x-api-key']) expect(one.headers[name] ?? '').toBe('');
      }
    });

    it('lets nobody through whom the server refuses, whatever the query, the path and the headers say', async () => {
      for (const [name, headers] of Object.entries(refused)) {
        // It reads one credential of them.
        if (introspects && name === 'two credentials') continue;
        for (const path of ['/orders', '/?optional=1', '/auth/verify?optional=1']) {
          const response = await call('POST', { ...headers, ...claimed }, Buffer.from('{'), path);
          expect([name, path, response.status]).toEqual([name, path, 401]);
          expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
        }
      }
      expect(service.asked).toEqual([]);
    });

    it('answers HEAD as GET, without a body', async () => {
      expect((await call('HEAD', { Authorization: `Bearer ${jwt}` })).status).toBe(200);
      expect(service.asked.map(({ method }) => method)).toEqual(['HEAD']);
      expect((await call('HEAD', {})).status).toBe(401);
      expect(service.asked).toHaveLength(1);
    });

    it('passes on a large upload and 8 kB of cookies, and refuses them without a credential', async () => {
      const body = Buffer.alloc(3 << 20, 'a');
      const cookie = { Cookie: `a=${'a'.repeat(8000)}` };
      for (const method of ['PUT', 'POST']) {
        expect((await call(method, { Authorization: `Bearer ${jwt}`, ...cookie }, body)).status).toBe(200);
        expect(
          await call(method, cookie, body).then(
            ({ status }) => status,
            () => 401,
          ),
        ).toBe(401);
      }
      expect(service.asked.map(({ bodyLength }) => bodyLength)).toEqual([body.length, body.length]);
    });

    it('lets a preflight through to the service, without an identity or a credential', async () => {
      for (const credential of [{}, { Authorization: `Bearer ${jwt}` }, { 'X-API-Key': 'nonsense' }] as Record<
        string,
        string
      >[])
        expect((await call('OPTIONS', { ...PREFLIGHT, ...credential, ...claimed })).status).toBe(200);
      expect(service.asked.map(({ method }) => method)).toEqual(['OPTIONS', 'OPTIONS', 'OPTIONS']);
      expect(service.asked.flatMap(identityOf)).toEqual([]);
      expect(service.asked.map(({ headers }) => headers.authorization ?? headers['x-api-key'] ?? '')).toEqual([
        '',
        '',
        '',
      ]);
    });

    it('opens a WebSocket for a credential, and for none it does not', async () => {
      const open = async (credential: string): Promise<Connection> => {
        const connection = await Connection.to({ url: `http://127.0.0.1:${ports.own}` });
        const lines = ['GET /feed HTTP/1.1', 'Host: a', ...UPGRADE, `Authorization: Bearer ${credential}`, '', ''];
        connection.write(lines.join('\r\n'));
        await connection.receives(/^HTTP\/1\.1 \d+ /);
        return connection;
      };
      const connection = await open(jwt);
      await connection.receives(/^HTTP\/1\.1 101 [^]*\r\n\r\n/);
      connection.write('echo');
      await connection.receives(/\r\n\r\necho$/);
      service.closeTunnels();
      expect(service.asked.flatMap(identityOf).length).toBeGreaterThan(4);
      await (await open('nonsense')).receives(/^HTTP\/1\.1 401 /);
      expect(service.asked).toHaveLength(1);
    });

    if (introspects) {
      it('refuses a client that claims an identity', async () => {
        for (const [name, value] of Object.entries(FORGED)) {
          const { status } = await call('GET', { Authorization: `Bearer ${jwt}`, [name]: value });
          expect([name, status]).toEqual([name, 403]);
        }
        expect(service.asked).toEqual([]);
      });
    } else {
      it('passes on what the server says of an address and of a rate limit', async () => {
        const rateLimit = { limit: 1, windowSeconds: 2_592_000 };
        const office = await client.addAuthHeader(jwt, { name: 'office', allowedIps: ['203.0.113.0/24'] });
        const limited = await client.addAuthHeader(jwt, { name: 'limited', rateLimit });
        const forgedAddress = {
          'X-API-Key': office.token,
          'X-Forwarded-For': '203.0.113.7',
          Forwarded: 'for=203.0.113.7',
        };
        expect((await call('GET', forgedAddress)).status).toBe(403);
        expect((await call('GET', { 'X-API-Key': limited.token })).status).toBe(200);
        const { status, headers } = await call('GET', { 'X-API-Key': limited.token });
        expect([status, headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^[1-9]\d*$/)]);
        expect(service.asked).toHaveLength(1);
      });

      it('tells the check how its client came, and not what the client says of that', async () => {
        const check = await GuardedService.start();
        const other = { ...ports, own: await freePort(), server: check.port };
        const itself = await start(other);
        await fetch(`http://127.0.0.1:${other.own}/orders`, { headers: { 'X-Forwarded-Proto': 'https' } });
        await stopListening(itself);
        check.stop();
        expect(check.asked.map(({ headers }) => headers['x-forwarded-proto'])).toEqual(['http']);
      });
    }

    it('demands a scope where the address of the check does', async () => {
      await stopListening(proxy);
      ports = { ...ports, own: await freePort() };
      proxy = await start(ports, [demand]);
      const { token } = await client.addAuthHeader(jwt, { name: 'other', scopes: ['orders:write'] });
      for (const path of ['/orders', '/?scope=orders:write', '/?optional=1']) {
        for (const [credential, status] of [
          [`Bearer ${token}`, 403],
          ['', 401],
          [`Bearer ${scoped.token}`, 200],
        ] as const) {
          const response = await call('GET', { Authorization: credential }, undefined, path);
          expect([path, credential, response.status]).toEqual([path, credential, status]);
        }
      }
      expect(service.asked).toHaveLength(3);
    });

    it('lets nobody through while the server stops, and while it is down', async () => {
      const halfSent = await Connection.to(server);
      halfSent.write('GET /auth/verify HTTP/1.1\r\nHost: a\r\n');
      const stopped = server.stop();
      await refusesConnections(server);
      const whileStopping = await Promise.all(
        ([{}, { Authorization: 'nonsense' }, { Authorization: `Bearer ${jwt}` }] as Record<string, string>[]).map(
          (headers) => call('GET', headers),
        ),
      );
      for (const { status } of whileStopping) expect([401, whenDown, 503]).toContain(status);
      halfSent.write('\r\n');
      await stopped;
      for (const headers of [{}, { Authorization: `Bearer ${jwt}` }] as Record<string, string>[])
        expect((await call('GET', headers)).status).toBe(whenDown);
      for (const status of [503, 500, 404, 302]) {
        const other = createServer((_, response) =>
          response.writeHead(status, { 'Retry-After': '7', Location: '/' }).end(),
        );
        await once(other.listen(ports.server, '127.0.0.1'), 'listening');
        const response = await fetch(`http://127.0.0.1:${ports.own}/`, {
          headers: { Authorization: `Bearer ${jwt}` },
          redirect: 'manual',
        });
        expect([status, response.status >= 300]).toEqual([status, true]);
        if (status === 503 && !introspects)
          expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
        other.closeAllConnections();
        other.close();
      }
      expect(service.asked).toEqual([]);
      await server.start();
    });
  });
});
