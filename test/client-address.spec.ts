import { cheapProgram } from './support/changed-program.js';
import { type Answer, Client, newAddress, parseAnswer, sendRaw } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { ADMIN, startServer, type TestServer } from './support/server.js';

/** Texts in the place of an address that are none, all of them different. */
const GARBAGE = [
  'nobody',
  '_hidden',
  '0xcb007107',
  '0xcb.0.0x71.7',
  '0313.0.0161.07',
  '3405803783',
  '203.0.113',
  '203.0.113.256',
  '203.0.113.7:443:443',
  '[203.0.113.7]',
  '2001:db8:::1',
  `${'203.0.113.7 '.repeat(400)}x`,
];

interface Session {
  Ip: string;
  Current: boolean;
}

let server: TestServer;
let client: Client;
let database: TestDatabase;

beforeAll(async () => {
  server = await startServer({ env: { TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' }, main: cheapProgram() });
  client = await Client.of(server);
  database = await TestDatabase.of(server);
});

afterAll(async () => {
  await database.close();
  await server.stop();
});

const logIn = (username: string, password: string, from: string): Promise<Answer<{ Token: string }>> =>
  client.from(from).post('/user/login', { username, password });

/** The statuses of wrong tries at a user, one from each address. */
async function guess(username: string, addresses: readonly string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const address of addresses) statuses.push((await logIn(username, 'wrong', address)).status);
  return statuses;
}

const TEN_AND_NO_MORE = [...Array.from({ length: 10 }, () => 401), 429, 429];

describe('Where a request comes from is one address, however it is written:', () => {
  it.each([
    ['203.0.113.20:40001', '203.0.113.20'],
    ['"203.0.113.20:40001"', '203.0.113.20'],
    ['::ffff:203.0.113.20', '203.0.113.20'],
    ['[::FFFF:203.0.113.20]:40001', '203.0.113.20'],
    ['[2001:DB8:0:0::1]:40001', '2001:db8::1'],
    ['"[2001:db8::1]"', '2001:db8::1'],
    ['198.51.100.9, 203.0.113.20:40001, 10.0.0.1:443', '203.0.113.20'],
    ['203.0.113.20, 10.0.0.2, "[::ffff:10.0.0.1]:443"', '203.0.113.20'],
  ])('%s', async (forwarded, address) => {
    const { body } = await logIn(ADMIN.username, ADMIN.password, forwarded);
    const { body: sessions } = await client.get<Session[]>('/user/sessions', body.Token);
    expect(sessions.find(({ Current }) => Current)?.Ip).toBe(address);
    const { body: events } = await client.get<{ ip: string }[]>('/audit/list?action=login&limit=1', body.Token);
    expect(events[0]?.ip).toBe(address);
  });

  it('a budget is not multiplied by ports, brackets or letter case', async () => {
    await database.addUser('ports');
    const ports = Array.from({ length: 12 }, (_, index) => `203.0.113.21:${40_000 + index}`);
    expect(await guess('ports', ports)).toEqual(TEN_AND_NO_MORE);
    await database.addUser('brackets');
    const written = ['2001:db8:7::1', '[2001:db8:7::1]', '[2001:DB8:7::2]:443', '"[2001:db8:7:0::3]:80"'];
    expect(await guess('brackets', [...written, ...written, ...written])).toEqual(TEN_AND_NO_MORE);
  });
});

describe('What is no address is one unknown', () => {
  it('that has one budget, whatever it is written as', async () => {
    await database.addUser('garbage');
    expect(await guess('garbage', GARBAGE)).toEqual(TEN_AND_NO_MORE);
  });

  it('and is kept as that, and not as what was sent', async () => {
    for (const address of GARBAGE) {
      const { status } = await logIn(ADMIN.username, ADMIN.password, address);
      expect([address, status]).toEqual([address, 200]);
    }
    const kept = await database.query(
      `SELECT DISTINCT ip, network FROM session WHERE ip NOT LIKE '%.%' AND ip NOT LIKE '%:%'`,
    );
    expect(kept).toEqual([{ ip: 'unknown', network: 'unknown' }]);
    const [longest] = await database.query('SELECT max(length(ip)) AS ip FROM audit_event');
    expect(longest?.ip).toBeLessThanOrEqual(45);
  });

  it('that is nobody’s known network: it is no way past a closed account', async () => {
    await database.addUser('traveller');
    expect((await logIn('traveller', ADMIN.password, 'nobody')).status).toBe(200);
    for (let network = 0; network < 5; network++)
      await guess(
        'traveller',
        Array.from({ length: 10 }, () => newAddress()),
      );
    expect((await logIn('traveller', ADMIN.password, 'nobody')).status).toBe(429);
  });

  it('that an auth header bound to networks may not be used from, remembered or not', async () => {
    const { token } = await client.addAuthHeader(await client.logIn(), {
      name: 'everywhere that can be read',
      allowedIps: ['0.0.0.0/0', '::/0'],
    });
    for (const path of ['/user/me', '/auth/verify']) {
      expect((await client.from('203.0.113.7:443').get(path, token)).status).toBe(200);
      for (const address of GARBAGE) {
        expect([path, address, (await client.from(address).get(path, token)).status]).toEqual([path, address, 403]);
      }
    }
  });
});

describe('Headers beyond those that are kept', () => {
  const headers = (count: number): string => Array.from({ length: count }, (_, index) => `b${index}:1\r\n`).join('');
  const ask = async (path: string, token: string, count: number): Promise<Omit<Answer, 'body'>> =>
    parseAnswer(
      await sendRaw(
        server,
        `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-Key: ${token}\r\n${headers(count)}` +
          'X-Forwarded-For: 203.0.113.7\r\n\r\n',
      ),
    );

  it('are refused, since where a request comes from could be among them', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt, { name: 'here', allowedIps: ['127.0.0.1'] });
    for (const path of ['/user/me', '/auth/verify', '/health/live', '/docs']) {
      // Remembered or not.
      for (let time = 1; time <= 2; time++) {
        const { status, text } = await ask(path, token, 1000);
        // A proxy does not understand 431.
        const refusal = path === '/auth/verify' ? [401, 'invalid_token'] : [431, 'headers_too_large'];
        expect([path, status, (JSON.parse(text) as { code: string }).code]).toEqual([path, ...refusal]);
        expect((await client.get('/auth/verify', token)).status).toBe(200);
      }
    }
  });

  it('are not there below a thousand: the last of them counts', async () => {
    const { token } = await client.addAuthHeader(await client.logIn(), { name: 'there', allowedIps: ['203.0.113.7'] });
    for (let time = 1; time <= 2; time++) expect((await ask('/user/me', token, 990)).status).toBe(200);
  });
});
