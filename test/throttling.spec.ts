import { type Answer, Client, newAddress } from './support/client.js';
import { ADMIN, BEHIND_PROXY, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const QUARTER_HOUR_SECONDS = 900;
const DAY_SECONDS = 86_400;

const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const evaluated = (answers: readonly Answer[]): number => answers.filter(({ status }) => status === 401).length;

/** Tries to log in or to change the password, by one of the three ways that a password can be shown. */
function attempt(from: Client, way: number, name: string, password: string): Promise<Answer> {
  if (way % 3 === 0) return from.post('/user/login', { username: name, password });
  if (way % 3 === 1)
    return from.post('/user/password', { username: name, password, newPassword: 'gr8 tdlx, and more' });
  return from.post('/en/api/v1/accounts/login', { account: { email: `${name}@example.com`, password } });
}

const tryAt = (from: Client, username: string, password = 'wrong') =>
  from.post<{ Token: string }>('/user/login', { username, password });

function expectThrottled({ status, headers, body }: Answer, limitSeconds = QUARTER_HOUR_SECONDS): void {
  expect([status, body.code ?? (body.status as object)]).toEqual([429, 'too_many_attempts']);
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(limitSeconds);
}

/** What a guesser can observe of an answer, less what differs from one to the next anyway. */
function observable({ status, headers, text }: Answer): unknown {
  const told = [...headers].filter(([name]) => !['date', 'retry-after'].includes(name));
  return [status, told, text];
}

describe('Wrong passwords', () => {
  const { client, database } = useServer({ env: BEHIND_PROXY });

  const elsewhere = () => client.from(newAddress());
  /** Fifteen minutes later: what counts by the clock begins anew. */
  const passQuarterHour = () =>
    database.query(
      'UPDATE login_throttle SET window_ends = ? WHERE window_ends < ?',
      LONG_AGO,
      new Date(Date.now() + QUARTER_HOUR_SECONDS * 1000).toISOString(),
    );

  it('of one account from one network are ten, at both doors and the password change together', async () => {
    await database.addUser('anna');
    const here = elsewhere();
    for (const way of times(10)) expect((await attempt(here, way, 'anna', 'wrong')).status).toBe(401);
    for (const way of times(3)) {
      const [wrong, right] = [
        await attempt(here, way, 'anna', 'wrong'),
        await attempt(here, way, 'anna', ADMIN.password),
      ];
      expectThrottled(wrong);
      expect(observable(right)).toEqual(observable(wrong));
    }
    // Neither the account nor the network is shut for that.
    expect((await tryAt(elsewhere(), 'anna', ADMIN.password)).status).toBe(200);
    expect((await tryAt(here, 'admin', ADMIN.password)).status).toBe(200);
  });

  it('may be ten again after a quarter of an hour', async () => {
    await database.addUser('bert');
    const here = elsewhere();
    for (const round of times(2)) {
      for (let count = 0; count < 10; count++)
        expect([round, (await tryAt(here, 'bert')).status]).toEqual([round, 401]);
      expectThrottled(await tryAt(here, 'bert'));
      await passQuarterHour();
    }
    expect((await tryAt(here, 'bert', ADMIN.password)).status).toBe(200);
  });

  it('are counted anew after the right one', async () => {
    await database.addUser('carl');
    const here = elsewhere();
    for (let count = 0; count < 2; count++) {
      for (const way of times(9)) expect((await attempt(here, way, 'carl', 'wrong')).status).toBe(401);
      expect((await tryAt(here, 'carl', ADMIN.password)).status).toBe(200);
    }
  });

  it('of an account that nobody has are counted no differently', async () => {
    await database.addUser('dora');
    const [here, there] = [elsewhere(), elsewhere()];
    for (const way of times(14)) {
      const way2 = way % 2;
      const [known, unknown] = [
        await attempt(here, way2, 'dora', 'wrong'),
        await attempt(there, way2, 'nobody', 'wrong'),
      ];
      expect(known.status).toBe(way < 10 ? 401 : 429);
      expect(observable(unknown)).toEqual(observable(known));
    }
  });

  it('of one network are a hundred over all accounts, and then none gets in from there', async () => {
    await database.addUser('erik');
    const here = elsewhere();
    const spray: Answer[] = [];
    for (const start of times(15)) {
      const batch = times(20).map((index) => tryAt(here, `sprayed-${start * 20 + index}`, 'Summer2024!'));
      spray.push(...(await Promise.all(batch)));
    }
    expect(evaluated(spray)).toBe(100);
    spray
      .filter(({ status }) => status !== 401)
      .forEach((answer) => {
        expectThrottled(answer);
      });
    expectThrottled(await tryAt(here, 'erik', ADMIN.password));
    await passQuarterHour();
    expect((await tryAt(here, 'erik', ADMIN.password)).status).toBe(200);
  });

  it('are what a network is counted by, and not those who log in', async () => {
    await database.addUser('faye');
    const here = elsewhere();
    for (let count = 0; count < 21; count++) {
      const answers = await Promise.all(times(5).map(() => tryAt(here, 'admin', ADMIN.password)));
      expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    }
    expect((await tryAt(here, 'faye')).status).toBe(401);
  });

  it('sent all at once are looked at no more than sent one by one', async () => {
    await database.addUser('gina');
    const here = elsewhere();
    const answers = await Promise.all(times(100).map((way) => attempt(here, way, 'gina', 'wrong')));
    expect(evaluated(answers)).toBe(10);
    answers
      .filter(({ status }) => status !== 401)
      .forEach((answer) => {
        expectThrottled(answer, DAY_SECONDS);
      });
  });

  it('from a thousand networks are looked at a hundred times at most, and the owner gets in from home', async () => {
    await database.addUser('hugo');
    const home = elsewhere();
    expect((await tryAt(home, 'hugo', ADMIN.password)).status).toBe(200);
    const answers: Answer[] = [];
    for (const start of times(40)) {
      answers.push(
        ...(await Promise.all(times(25).map((index) => attempt(elsewhere(), start + index, 'hugo', 'wrong')))),
      );
    }
    expect(evaluated(answers)).toBe(50);
    answers
      .filter(({ status }) => status !== 401)
      .forEach((answer) => {
        expectThrottled(answer, DAY_SECONDS);
      });
    const [wrong, right] = [await tryAt(elsewhere(), 'hugo'), await tryAt(elsewhere(), 'hugo', ADMIN.password)];
    expectThrottled(wrong, DAY_SECONDS);
    expect(observable(right)).toEqual(observable(wrong));

    // A guesser who sits where the owner has been is bounded too.
    const atHome: Answer[] = [];
    for (let count = 0; count < 8; count++) {
      for (const way of times(10)) atHome.push(await attempt(home, way, 'hugo', 'wrong'));
      await passQuarterHour();
    }
    expect(evaluated(atHome)).toBe(50);
  });

  it('in a row end with the right one, from wherever', async () => {
    await database.addUser('ida');
    const home = elsewhere();
    await tryAt(home, 'ida', ADMIN.password);
    for (let count = 0; count < 50; count++) expect((await tryAt(elsewhere(), 'ida')).status).toBe(401);
    expectThrottled(await tryAt(elsewhere(), 'ida', ADMIN.password), DAY_SECONDS);
    expect((await tryAt(home, 'ida', ADMIN.password)).status).toBe(200);
    expect((await tryAt(elsewhere(), 'ida', ADMIN.password)).status).toBe(200);
  });

  it.each(['reset', 'enable'])('are forgotten with an administrator’s %s', async (action) => {
    const id = await database.addUser(`jane-${action}`);
    const admin = await client.logIn();
    for (let count = 0; count < 50; count++) await tryAt(elsewhere(), `jane-${action}`);
    expect((await tryAt(elsewhere(), `jane-${action}`)).status).toBe(429);
    expect((await client.post(`/user/${action}`, { id }, admin)).status).toBe(200);
    expect((await tryAt(elsewhere(), `jane-${action}`)).status).toBe(401);
  });

  it.each<[string, (index: number) => string]>([
    [
      'an IPv4 address, and the same one mapped into IPv6',
      (index) => ['192.0.2.7', '::ffff:192.0.2.7'][index % 2] ?? '',
    ],
    ['all addresses of an IPv6 /64', (index) => `2001:db8:0:7:${index}::${index}`],
    ['an IPv6 address in any notation', (index) => ['2001:DB8:0:9::1', '2001:0db8:0000:0009:0:0:0:1'][index % 2] ?? ''],
  ])('come from one network: %s', async (label, addressOf) => {
    await database.addUser(label.slice(0, 8).replaceAll(' ', '-'));
    const username = label.slice(0, 8).replaceAll(' ', '-');
    for (const index of times(10)) expect((await tryAt(client.from(addressOf(index)), username)).status).toBe(401);
    for (const index of times(2)) expectThrottled(await tryAt(client.from(addressOf(index)), username));
  });

  it('come from another network: the next IPv6 /64', async () => {
    await database.addUser('kate');
    for (let count = 0; count < 10; count++) await tryAt(client.from('2001:db8:1:1::1'), 'kate');
    expect((await tryAt(client.from('2001:db8:1:1::2'), 'kate')).status).toBe(429);
    expect((await tryAt(client.from('2001:db8:1:2::1'), 'kate')).status).toBe(401);
  });
});

describe('The count', () => {
  it('is one for all processes on one database, and outlives them', async () => {
    const one = await startServer({ env: BEHIND_PROXY });
    const other = await startServer({ env: BEHIND_PROXY, folder: one.folder });
    const here = newAddress();
    const clients = [(await Client.of(one)).from(here), (await Client.of(other)).from(here)] as const;
    const answers = await Promise.all(
      times(40).map((way) => attempt(clients[way % 2 === 0 ? 0 : 1], way, 'admin', 'x')),
    );
    expect(evaluated(answers)).toBe(10);
    await Promise.all([one.stop('SIGKILL'), other.stop('SIGKILL')]);
    const again = await startServer({ env: BEHIND_PROXY, folder: one.folder });
    expectThrottled(await tryAt((await Client.of(again)).from(here), 'admin', ADMIN.password));
    await again.stop();
  });
});

describe('TRUST_PROXY', () => {
  interface Shown {
    Ip: string;
    Current: boolean;
  }
  const ipOf = async (from: Client) => {
    const jwt = await from.logIn();
    const { body } = await from.get<Shown[]>('/user/sessions', jwt);
    return body.find(({ Current }) => Current)?.Ip;
  };
  const claim = (from: Client, headers: Record<string, string>) =>
    from.call('POST', '/user/login', { headers, body: { username: 'admin', password: 'wrong' } });

  it('unset, lets nobody say where they come from', async () => {
    const server = await startServer();
    const client = await Client.of(server);
    expect(await ipOf(client.from('192.0.2.7'))).toBe('127.0.0.1');
    for (const index of times(12)) {
      const address = `192.0.2.${index}`;
      const headers = { 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}` };
      expect((await claim(client, headers)).status).toBe(index < 10 ? 401 : 429);
    }
    await server.stop();
  });

  it('set, believes the proxies it names, from the right up to the first other address', async () => {
    const server = await startServer({ env: { TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' } });
    const client = await Client.of(server);
    expect(await ipOf(client)).toBe('127.0.0.1');
    expect(await ipOf(client.from('192.0.2.7'))).toBe('192.0.2.7');
    expect(await ipOf(client.from('203.0.113.1, 192.0.2.7, 10.1.2.3'))).toBe('192.0.2.7');
    expect(await ipOf(client.from('10.9.9.9, 192.0.2.7'))).toBe('192.0.2.7');
    expect(await ipOf(client.from('::ffff:192.0.2.7'))).toBe('192.0.2.7');
    for (const index of times(12)) {
      const headers = { 'x-forwarded-for': `192.0.2.${index}, 198.51.100.1`, 'x-real-ip': `192.0.2.${index}` };
      expect((await claim(client, headers)).status).toBe(index < 10 ? 401 : 429);
    }
    await server.stop();
  });

  it('naming somebody else, lets this machine say nothing', async () => {
    const server = await startServer({ env: { TRUST_PROXY: '192.0.2.0/24' } });
    expect(await ipOf((await Client.of(server)).from('192.0.2.7'))).toBe('127.0.0.1');
    await server.stop();
  });
});
