import { LOGIN_LIMITS } from '../src/login/login-limits.js';
import {
  attempt,
  attemptByEmail,
  evaluated,
  expectThrottled,
  observable,
  passQuarterHour,
  passSeconds,
  tryAt,
} from './support/attempts.js';
import { cheapProgram } from './support/changed-program.js';
import { type Answer, newAddress } from './support/client.js';
import { ADMIN, BEHIND_PROXY } from './support/server.js';
import { useServer } from './support/use-server.js';

const { attemptsPerNetwork, attemptsPerAccountAndNetwork, attemptsPerAccount, attemptsFromKnownNetworks } =
  LOGIN_LIMITS;
const NETWORK_WINDOW_SECONDS = LOGIN_LIMITS.networkWindowMinutes * 60;
const ACCOUNT_WINDOW_SECONDS = LOGIN_LIMITS.accountWindowHours * 3600;

const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('Wrong passwords of one account', () => {
  const { server, client, database } = useServer({
    env: BEHIND_PROXY,
    get main() {
      return cheapProgram();
    },
  });

  const elsewhere = () => client.from(newAddress());

  it('from many networks are checked at most as often as an account allows, and the owner logs in from home', async () => {
    await database.addUser('hugo');
    const home = elsewhere();
    expect((await tryAt(home, 'hugo', ADMIN.password)).status).toBe(200);
    const answers: Answer[] = [];
    for (const start of times(4)) {
      answers.push(
        ...(await Promise.all(times(20).map((index) => attempt(elsewhere(), start + index, 'hugo', 'wrong')))),
      );
    }
    expect(evaluated(answers)).toBe(attemptsPerAccount);
    answers
      .filter(({ status }) => status !== 401)
      .forEach((answer) => {
        expectThrottled(answer, ACCOUNT_WINDOW_SECONDS);
      });
    const [wrong, right] = [await tryAt(elsewhere(), 'hugo'), await tryAt(elsewhere(), 'hugo', ADMIN.password)];
    expectThrottled(wrong, ACCOUNT_WINDOW_SECONDS);
    expect(observable(right)).toEqual(observable(wrong));
    expect((await tryAt(home, 'hugo', ADMIN.password)).status).toBe(200);
  });

  it('from known networks are checked at most as often as an account allows there', async () => {
    await database.addUser('hans');
    const home = elsewhere();
    await tryAt(home, 'hans', ADMIN.password);
    for (let count = 0; count < attemptsPerAccount; count++) await tryAt(elsewhere(), 'hans');
    for (let count = 0; count < attemptsFromKnownNetworks; count++) {
      if (count % attemptsPerAccountAndNetwork === 0) await passQuarterHour(database);
      expectThrottled(await tryAt(home, 'hans'), ACCOUNT_WINDOW_SECONDS);
    }
    await passQuarterHour(database);
    expectThrottled(await tryAt(home, 'hans', ADMIN.password), ACCOUNT_WINDOW_SECONDS);
  });

  it('get no new budget by a login of the owner from home, however often', async () => {
    await database.addUser('ida');
    const home = elsewhere();
    const answers: Answer[] = [];
    for (let count = 0; count < attemptsPerAccount + 5; count++) {
      expect((await tryAt(home, 'ida', ADMIN.password)).status).toBe(200);
      answers.push(await tryAt(elsewhere(), 'ida'));
    }
    expect(evaluated(answers)).toBe(attemptsPerAccount);
    expectThrottled(await tryAt(elsewhere(), 'ida', ADMIN.password), ACCOUNT_WINDOW_SECONDS);
    expect((await tryAt(home, 'ida', ADMIN.password)).status).toBe(200);
  });

  it('in a row end with the right one from a new network', async () => {
    await database.addUser('ines');
    for (let round = 1; round <= 2; round++) {
      for (let count = 1; count < attemptsPerAccount; count++) {
        expect((await tryAt(elsewhere(), 'ines')).status).toBe(401);
      }
      expect((await tryAt(elsewhere(), 'ines', ADMIN.password)).status).toBe(200);
    }
  });

  it('close an account without a known network for a day, and no longer', async () => {
    await database.addUser('jack');
    for (let count = 0; count < attemptsPerAccount; count++) await tryAt(elsewhere(), 'jack');
    const { headers } = await tryAt(elsewhere(), 'jack', ADMIN.password);
    const waitSeconds = Number(headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(ACCOUNT_WINDOW_SECONDS - 600);
    // After the time that it says, the account is open.
    await passSeconds(database, waitSeconds);
    expect((await tryAt(elsewhere(), 'jack', ADMIN.password)).status).toBe(200);
  });

  it.each([
    ['pair', attemptsPerAccountAndNetwork],
    ['network', attemptsPerNetwork],
    ['consecutive', attemptsPerAccount],
  ])('in a window that a clock which was ahead has begun refuse nothing: %s', async (kind, attempts) => {
    const name = `lena-${kind}`;
    await database.addUser(name);
    const here = elsewhere();
    await tryAt(here, name);
    await database.query(
      `UPDATE login_throttle SET attempts = ?, window_ends = '2099-01-01T00:00:00.000Z' WHERE budget LIKE ?`,
      attempts,
      `${kind}:%`,
    );
    // The next attempt begins a window that has the usual length.
    expect((await tryAt(here, name)).status).toBe(401);
    const latest = new Date(Date.now() + ACCOUNT_WINDOW_SECONDS * 1000).toISOString();
    const rows = await database.query<{ attempts: number }>(
      `SELECT attempts FROM login_throttle WHERE budget LIKE ? AND window_ends <= ? ORDER BY window_ends DESC LIMIT 1`,
      `${kind}:%`,
      latest,
    );
    expect(rows).toEqual([{ attempts: 1 }]);
    expect((await tryAt(here, name, ADMIN.password)).status).toBe(200);
    await database.query(`DELETE FROM login_throttle WHERE window_ends > ?`, latest);
  });

  it('never make a client wait for longer than a window that begins now', async () => {
    await database.addUser('mona');
    const here = elsewhere();
    for (let count = 0; count < attemptsPerAccountAndNetwork; count++) await tryAt(here, 'mona');
    // A little later than it can be: processes read the clock at different moments, so the count stays.
    const late = new Date(Date.now() + (NETWORK_WINDOW_SECONDS + 5) * 1000).toISOString();
    await database.query(`UPDATE login_throttle SET window_ends = ? WHERE budget LIKE 'pair:%'`, late);
    expectThrottled(await tryAt(here, 'mona', ADMIN.password), NETWORK_WINDOW_SECONDS);
    expect((await tryAt(here, 'mona')).status).toBe(429);
  });

  it.each(['reset', 'enable', 'unlock'])(
    'are forgotten with an administrator’s %s, for both names and from anywhere',
    async (action) => {
      const name = `jane-${action}`;
      const id = await database.addUser(name);
      const admin = await client.logIn();
      const here = elsewhere();
      for (let count = 0; count < attemptsPerAccountAndNetwork; count++) {
        await attempt(here, 0, name, 'wrong');
        await attemptByEmail(here, 0, name, 'wrong');
      }
      await database.query(
        `UPDATE login_throttle SET attempts = ? WHERE budget LIKE 'consecutive:%'`,
        attemptsPerAccount,
      );
      for (const from of [here, elsewhere()]) {
        expect((await attempt(from, 0, name, 'wrong')).status).toBe(429);
        expect((await attemptByEmail(from, 0, name, 'wrong')).status).toBe(429);
      }
      expect((await client.post(`/user/${action}`, { id }, admin)).status).toBe(200);
      for (const from of [here, elsewhere()]) {
        expect((await attempt(from, 0, name, 'wrong')).status).toBe(401);
        expect((await attemptByEmail(from, 0, name, 'wrong')).status).toBe(401);
      }
      if (action === 'reset') return;
      expect((await tryAt(here, name, ADMIN.password)).status).toBe(200);
    },
  );

  it('are forgotten, for both names, when the user changes the password', async () => {
    await database.addUser('kurt');
    const home = elsewhere();
    await tryAt(home, 'kurt', ADMIN.password);
    for (let count = 0; count < attemptsPerAccount; count++) await attemptByEmail(elsewhere(), 0, 'kurt', 'wrong');
    expect((await attemptByEmail(elsewhere(), 0, 'kurt', 'wrong')).status).toBe(429);
    expect((await attempt(home, 1, 'kurt', ADMIN.password)).status).toBe(200);
    expect((await attemptByEmail(elsewhere(), 0, 'kurt', 'wrong')).status).toBe(401);
  });

  it('are kept for a day after their window, and beyond the clock, so that a wrong clock loses none', async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    for (const [budget, windowEnds] of [
      ['pair:hour-ago', at(-1)],
      ['pair:two-days-ago', at(-48)],
      ['pair:in-a-year', at(365 * 24)],
    ]) {
      await database.query('INSERT INTO login_throttle VALUES (?, 1, ?)', budget, windowEnds);
    }
    const kept = async () => {
      const rows = await database.query<{ budget: string }>(
        `SELECT budget FROM login_throttle WHERE budget IN ('pair:hour-ago', 'pair:two-days-ago', 'pair:in-a-year')`,
      );
      return rows.map(({ budget }) => budget).sort();
    };
    await server.stop();
    await server.start();
    while ((await kept()).includes('pair:two-days-ago')) await new Promise((done) => setTimeout(done, 20));
    expect(await kept()).toEqual(['pair:hour-ago', 'pair:in-a-year']);
  });
});
