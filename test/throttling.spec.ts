import { LOGIN_LIMITS } from '../src/login/login-limits.js';
import {
  attempt,
  attemptByEmail,
  evaluated,
  expectThrottled,
  observable,
  passQuarterHour,
  tryAt,
} from './support/attempts.js';
import { cheapProgram } from './support/changed-program.js';
import { type Answer, type Client, newAddress } from './support/client.js';
import { ADMIN } from './support/server.js';
import { useServer } from './support/use-server.js';

const { attemptsPerNetwork, attemptsPerAccountAndNetwork } = LOGIN_LIMITS;
const ACCOUNT_WINDOW_SECONDS = LOGIN_LIMITS.accountWindowHours * 3600;
const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const { client, database } = useServer({
  env: { TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' },
  get main() {
    return cheapProgram();
  },
});

describe('Wrong passwords', () => {
  const elsewhere = () => client.from(newAddress());

  it.each<[string, typeof attempt]>([
    ['username', attempt],
    ['e-mail address', attemptByEmail],
  ])('of one %s from one network are ten, over logins and changes of the password', async (door, tryBy) => {
    const name = `anna-${door.length}`;
    await database.addUser(name);
    const here = elsewhere();
    for (const way of times(attemptsPerAccountAndNetwork)) {
      expect((await tryBy(here, way, name, 'wrong')).status).toBe(401);
    }
    for (const way of times(2)) {
      const [wrong, right] = [await tryBy(here, way, name, 'wrong'), await tryBy(here, way, name, ADMIN.password)];
      expectThrottled(wrong);
      expect(observable(right)).toEqual(observable(wrong));
    }
    // Neither the account nor the network is closed by that.
    expect((await tryBy(elsewhere(), 0, name, ADMIN.password)).status).toBe(200);
    expect((await tryAt(here, 'admin', ADMIN.password)).status).toBe(200);
  });

  it('may be ten again after a quarter of an hour', async () => {
    await database.addUser('bert');
    const here = elsewhere();
    for (const round of times(2)) {
      for (let count = 0; count < 10; count++)
        expect([round, (await tryAt(here, 'bert')).status]).toEqual([round, 401]);
      expectThrottled(await tryAt(here, 'bert'));
      await passQuarterHour(database);
    }
    expect((await tryAt(here, 'bert', ADMIN.password)).status).toBe(200);
  });

  it('start from zero after the right one', async () => {
    await database.addUser('carl');
    const here = elsewhere();
    for (let count = 0; count < 2; count++) {
      for (const way of times(9)) expect((await attempt(here, way, 'carl', 'wrong')).status).toBe(401);
      expect((await tryAt(here, 'carl', ADMIN.password)).status).toBe(200);
    }
  });

  it('of an account that does not exist are counted no differently', async () => {
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
    for (const start of times(6)) {
      const batch = times(20).map((index) => tryAt(here, `sprayed-${start * 20 + index}`, 'Summer2024!'));
      spray.push(...(await Promise.all(batch)));
    }
    expect(evaluated(spray)).toBe(attemptsPerNetwork);
    spray
      .filter(({ status }) => status !== 401)
      .forEach((answer) => {
        expectThrottled(answer);
      });
    expectThrottled(await tryAt(here, 'erik', ADMIN.password));
    await passQuarterHour(database);
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
        expectThrottled(answer, ACCOUNT_WINDOW_SECONDS);
      });
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

interface Shown {
  Ip: string;
  Current: boolean;
}

async function ipOf(from: Client): Promise<string | undefined> {
  const jwt = await from.logIn();
  const { body } = await from.get<Shown[]>('/user/sessions', jwt);
  return body.find(({ Current }) => Current)?.Ip;
}

/** A wrong password, with headers that say where it comes from. */
const claim = (from: Client, username: string, headers: Record<string, string>) =>
  from.call('POST', '/user/login', { headers, body: { username, password: 'wrong' } });

describe('TRUST_PROXY', () => {
  it('set, believes the proxies it names, from the right up to the first other address', async () => {
    expect(await ipOf(client)).toBe('127.0.0.1');
    expect(await ipOf(client.from('192.0.2.7'))).toBe('192.0.2.7');
    expect(await ipOf(client.from('203.0.113.1, 192.0.2.7, 10.1.2.3'))).toBe('192.0.2.7');
    expect(await ipOf(client.from('10.9.9.9, 192.0.2.7'))).toBe('192.0.2.7');
    expect(await ipOf(client.from('::ffff:192.0.2.7'))).toBe('192.0.2.7');
    for (const index of times(12)) {
      const headers = { 'x-forwarded-for': `192.0.2.${index}, 198.51.100.1`, 'x-real-ip': `192.0.2.${index}` };
      expect((await claim(client, 'admin', headers)).status).toBe(index < 10 ? 401 : 429);
    }
  });
});

describe('Two processes on one database', () => {
  const one = useServer();
  const other = useServer({
    env: { TRUST_PROXY: '192.0.2.0/24' },
    get folder() {
      return one.server.folder;
    },
  });

  it('let nobody say where they come from, without TRUST_PROXY', async () => {
    await one.database.addUser('liam');
    expect(await ipOf(one.client.from('192.0.2.7'))).toBe('127.0.0.1');
    for (const index of times(12)) {
      const address = `192.0.2.${index}`;
      const headers = { 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}` };
      expect((await claim(one.client, 'liam', headers)).status).toBe(index < 10 ? 401 : 429);
    }
  });

  it('believe nothing that this machine says, where TRUST_PROXY names another one', async () => {
    expect(await ipOf(other.client.from('192.0.2.7'))).toBe('127.0.0.1');
  });

  it('have one count, which outlives them', async () => {
    const answers = await Promise.all(
      times(40).map((way) => attempt((way % 2 === 0 ? one : other).client, way, 'admin', 'x')),
    );
    expect(evaluated(answers)).toBe(10);
    await Promise.all([one.server.stop('SIGKILL'), other.server.stop('SIGKILL')]);
    await one.server.start();
    expectThrottled(await tryAt(one.client, 'admin', ADMIN.password));
  });
});
