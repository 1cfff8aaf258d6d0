import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOGIN_LIMITS } from '../src/login/login-limits.js';
import { cheapProgram } from './support/changed-program.js';
import { type Answer, Client, newAddress } from './support/client.js';
import { comparableHeaders } from './support/comparable.js';
import { TestDatabase } from './support/database.js';
import { ADMIN, BEHIND_PROXY, newFolder, startServer, type TestServer } from './support/server.js';

const WRONG = 'a wrong password';
const { attemptsPerAccount, attemptsPerAccountAndNetwork, attemptsFromKnownNetworks } = LOGIN_LIMITS;

/** A clock that stands still makes every `Retry-After` exact. */
const FROZEN_CLOCK = `
  const now = Date.now();
  globalThis.Date = class extends Date {
    constructor(...given) { super(...(given.length === 0 ? [now] : given)); }
    static now() { return now; }
  };`;

let server: TestServer;
let client: Client;
let database: TestDatabase;

beforeAll(async () => {
  const clock = join(newFolder(), 'frozen-clock.cjs');
  writeFileSync(clock, FROZEN_CLOCK);
  const env = { ...BEHIND_PROXY, NODE_OPTIONS: `--require ${clock}` };
  server = await startServer({ env, main: cheapProgram() });
  client = await Client.of(server);
  database = await TestDatabase.of(server);
});

afterAll(async () => {
  await database.close();
  await server.stop();
});

type Door = 'username' | 'email';
type Way = (from: Client, name: string, password: string) => Promise<Answer>;

const byUsername: Way = (from, username, password) => from.post('/user/login', { username, password });
const byEmail: Way = (from, name, password) =>
  from.post('/en/api/v1/accounts/login', { account: { email: `${name}@example.com`, password } });
const changeBy =
  (door: Door): Way =>
  (from, name, password) =>
    from.post('/user/password', {
      [door]: door === 'email' ? `${name}@example.com` : name,
      password,
      newPassword: 'gr8 tdlx, and more',
    });

const WAYS: Readonly<Record<Door, readonly [Way, Way]>> = {
  username: [byUsername, changeBy('username')],
  email: [byEmail, changeBy('email')],
};

const asSeen = ({ status, headers, text }: Answer): unknown => {
  const told = comparableHeaders(headers);
  return { status, headers: told, text };
};

/** Ends the windows of fifteen minutes. */
const passQuarterHour = () =>
  database.query(`UPDATE login_throttle SET window_ends = '2020-01-01T00:00:00.000Z' WHERE budget LIKE 'pair:%'`);

/** A name, and a network that its owner may have logged in from. */
interface Target {
  readonly name: string;
  readonly home: Client;
}

/**
 * Makes the same attempts on several names, step by step: more than their budgets allow, then more than they allow to the network
 * of the owner.
 * @returns what is seen of each name.
 */
async function exhaust(targets: readonly Target[], doors: readonly Door[]): Promise<unknown[][]> {
  const steps: [from: (target: Target) => Client, count: number][] = [];
  for (let left = attemptsPerAccount + 2; left > 0; left -= attemptsPerAccountAndNetwork) {
    const networks = new Map(targets.map((target) => [target, client.from(newAddress())]));
    const count = steps.length === 0 ? attemptsPerAccountAndNetwork + 1 : Math.min(left, attemptsPerAccountAndNetwork);
    steps.push([(target) => networks.get(target) ?? client, count]);
  }
  const atHome = ({ home }: Target): Client => home;
  for (let left = attemptsFromKnownNetworks + 2; left > 0; left -= attemptsPerAccountAndNetwork) {
    const count =
      steps.at(-1)?.[0] !== atHome ? attemptsPerAccountAndNetwork + 1 : Math.min(left, attemptsPerAccountAndNetwork);
    steps.push([atHome, count]);
  }
  const seen = targets.map((): unknown[] => []);
  for (const [from, count] of steps) {
    for (let index = 0; index < count; index++) {
      for (const door of doors) {
        const way = WAYS[door][index % 2 === 0 ? 0 : 1];
        const answers = await Promise.all(targets.map((target) => way(from(target), target.name, WRONG)));
        answers.forEach((answer, which) => seen[which]?.push(asSeen(answer)));
      }
    }
    await passQuarterHour();
  }
  return seen;
}

const statusesOf = (seen: readonly unknown[]): number[] => seen.map((answer) => (answer as Answer).status);

describe('No response to a wrong password tells', () => {
  it('which names exist, which of them belong together, and where their owner has logged in', async () => {
    const disabled = await database.addUser('is-disabled');
    await database.query(`UPDATE "user" SET disabled = created WHERE id = ?`, disabled);
    const oneTime = await database.addUser('is-one-time');
    await database.query(
      `UPDATE "user" SET initial_password_expires = '2099-01-01T00:00:00.000Z' WHERE id = ?`,
      oneTime,
    );
    await database.addUser('is-known');
    await database.addUser('is-at-home');
    const names = ['is-unknown', 'is-disabled', 'is-one-time', 'is-known', 'is-at-home'];
    const targets = names.map((name) => ({ name, home: client.from(newAddress()) }));
    await targets[4]?.home.logIn('is-at-home');
    const [unknown = [], ...others] = await exhaust(targets, ['username', 'email']);
    // The attempts use up the budgets of both doors.
    expect(statusesOf(unknown).filter((status) => status === 401)).toHaveLength(2 * attemptsPerAccount);
    expect(statusesOf(unknown).slice(-2)).toEqual([429, 429]);
    others.forEach((seen, index) => {
      expect([names[index + 1], seen]).toEqual([names[index + 1], unknown]);
    });
  });

  it('that two names belong to one user, by what they share', async () => {
    await database.addUser('ada');
    await database.addUser('bob');
    await database.addUser('eve');
    const from = client.from(newAddress());
    const of = async (username: string, email: string): Promise<unknown[]> => {
      const seen: unknown[] = [];
      for (let count = 0; count < 6; count++) seen.push(asSeen(await byUsername(from, username, WRONG)));
      for (let count = 0; count < 5; count++) seen.push(asSeen(await byEmail(from, email, WRONG)));
      return seen;
    };
    expect(await of('ada', 'ada')).toEqual(await of('bob', 'eve'));
  });

  it('that a password is right, while the account is closed to the network', async () => {
    await database.addUser('cleo');
    const [home, elsewhere] = [client.from(newAddress()), client.from(newAddress())];
    await home.logIn('cleo');
    await exhaust([{ name: 'cleo', home: client.from(newAddress()) }], ['username']);
    const [wrong, right] = [
      await byUsername(elsewhere, 'cleo', WRONG),
      await byUsername(elsewhere, 'cleo', ADMIN.password),
    ];
    expect(wrong.status).toBe(429);
    expect(asSeen(right)).toEqual(asSeen(wrong));
    // It is not closed to the owner.
    expect(asSeen(await byUsername(home, 'cleo', WRONG))).toEqual(asSeen(wrong));
    expect((await byUsername(home, 'cleo', ADMIN.password)).status).toBe(200);
  });

  it('that two names belong to one user, by a login of the owner through one of them', async () => {
    await database.addUser('dora');
    const home = client.from(newAddress());
    await home.logIn('dora');
    await exhaust([{ name: 'dora', home: client.from(newAddress()) }], ['username', 'email']);
    const before = await byEmail(client.from(newAddress()), 'dora', WRONG);
    expect(before.status).toBe(429);
    expect((await byUsername(home, 'dora', ADMIN.password)).status).toBe(200);
    expect(asSeen(await byEmail(client.from(newAddress()), 'dora', WRONG))).toEqual(asSeen(before));
  });
});
