import { type Answer, Client, newAddress } from './support/client.js';
import { cheapProgram } from './support/changed-program.js';
import { ADMIN, BEHIND_PROXY, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

interface Row {
  action: string;
  user_id: string | null;
  username: string;
  ip: string;
  detail: string;
}

const NEW_PASSWORD = 'gr8 tdlx, and more';
const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const tryAt = (from: Client, username: string) => from.post('/user/login', { username, password: 'wrong' });
const refusedOf = (answers: readonly Answer[]): number => answers.filter(({ status }) => status === 429).length;

/** How many refusals an event stands for: itself, or as many as it counts. */
const countIn = ({ detail }: Row): number => Number(/^(\d+) more since /.exec(detail)?.[1] ?? 1);
const countOf = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + countIn(row), 0);

const { server, client, database } = useServer({
  env: BEHIND_PROXY,
  get main() {
    return cheapProgram();
  },
});

/** @param from how many there are that are left out */
const throttled = async (from = 0) =>
  (
    await database.query<Row>(
      `SELECT action, user_id, username, ip, detail FROM audit_event WHERE outcome = 'throttled' ORDER BY id`,
    )
  ).slice(from);

/** Attempts one after the other, but many at once as far as they go. */
async function many(count: number, attempt: (index: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < count; start += 20) {
    answers.push(...(await Promise.all(times(Math.min(20, count - start)).map((index) => attempt(start + index)))));
  }
  return answers;
}

describe('Refused attempts leave one event for each budget that is used up, and their number', () => {
  /** What the server has counted of them, and writes when it stops. A start for each test would cost more than all attempts. */
  const counted: unknown[] = [];
  let before = 0;

  beforeEach(async () => {
    before = (await throttled()).length;
  });

  const expectCounted = (count: number, row: Partial<Row>): void => {
    counted.push(expect.objectContaining({ ...row, detail: expect.stringMatching(`^${count} more since `) as string }));
  };

  it('of an account over many networks, and of a network over many accounts', async () => {
    const id = await database.addUser('bert');
    const refusals = refusedOf(await many(100, () => tryAt(client.from(newAddress()), 'bert')));
    expect(refusals).toBeGreaterThanOrEqual(50);
    expect((await throttled(before)).map(({ user_id }) => user_id)).toEqual([id]);
    expectCounted(refusals - 1, { user_id: id, username: 'bert' });

    const ip = newAddress();
    const spray = await many(160, (index) => tryAt(client.from(ip), `sprayed-${index}`));
    expect(refusedOf(spray)).toBe(60);
    expect((await throttled(before)).map(({ user_id, username }) => [user_id, username])).toEqual([
      [id, 'bert'],
      [null, ''],
    ]);
    expectCounted(59, { user_id: null, username: '', ip });
  });

  it('which says no name of a user for what several were tried as', async () => {
    const ip = newAddress();
    const here = client.from(ip);
    await many(100, (index) => tryAt(here, `sprayed-${index}`));
    for (const username of ['carl', 'cleo', 'cora']) await database.addUser(username);
    for (const username of ['carl', 'cleo', 'cora']) expect((await tryAt(here, username)).status).toBe(429);
    expect(await throttled(before)).toMatchObject([{ username: 'carl', ip }]);
    expectCounted(2, { user_id: null, username: '', ip });
  });

  it('apart for logins and for changes of a password', async () => {
    await database.addUser('dora');
    const ip = newAddress();
    const here = client.from(ip);
    await many(20, () => tryAt(here, 'dora'));
    const body = { username: 'dora', password: ADMIN.password, newPassword: NEW_PASSWORD };
    await many(5, () => here.post('/user/password', body));
    expect((await throttled(before)).map(({ action }) => action)).toEqual(['login', 'password.change']);
    expectCounted(9, { action: 'login', username: 'dora', ip });
    expectCounted(4, { action: 'password.change', username: 'dora', ip });
  });

  it('and again in the next window', async () => {
    await database.addUser('gina');
    const ip = newAddress();
    const here = client.from(ip);
    await many(13, () => tryAt(here, 'gina'));
    await database.query('UPDATE login_throttle SET window_ends = ?', '2020-01-01T00:00:00.000Z');
    await many(13, () => tryAt(here, 'gina'));
    expect((await throttled(before)).length).toBe(2);
    for (const count of [2, 2]) expectCounted(count, { username: 'gina', ip });
  });

  it('with Retry-After true for each of them', async () => {
    await database.addUser('hugo');
    const ip = newAddress();
    const here = client.from(ip);
    await many(12, () => tryAt(here, 'hugo'));
    const in5Minutes = new Date(Date.now() + 300_000).toISOString();
    await database.query(`UPDATE login_throttle SET window_ends = ? WHERE budget LIKE 'pair:%'`, in5Minutes);
    for (const { status, headers } of await many(3, () => tryAt(here, 'hugo'))) {
      expect([status, Math.abs(Number(headers.get('retry-after')) - 300) < 10]).toEqual([429, true]);
    }
    // The windows of these are two.
    for (const count of [1, 2]) expectCounted(count, { username: 'hugo', ip });
  });

  it('however many there are, and none is lost when the server stops', async () => {
    const id = await database.addUser('anna');
    const ip = newAddress();
    const here = client.from(ip);
    const answers = await many(150, () => tryAt(here, 'anna'));
    expect(refusedOf(answers)).toBe(140);
    const told = { action: 'login', user_id: id, username: 'anna', ip };
    expect(await throttled(before)).toEqual([expect.objectContaining(told)]);
    expectCounted(139, told);
    await server.stop('SIGTERM');
    await server.start();
    const rows = await throttled(before + 1);
    expect(rows).toEqual(expect.arrayContaining(counted));
    expect(rows).toHaveLength(counted.length);
  });

  it('in each of several processes, which together lose none', async () => {
    const other = await startServer({ env: BEHIND_PROXY, folder: server.folder, main: cheapProgram() });
    const ip = newAddress();
    const both = [client.from(ip), (await Client.of(other)).from(ip)] as const;
    await database.addUser('erik');
    const answers = await many(60, (index) => tryAt(both[index % 2 === 0 ? 0 : 1], 'erik'));
    await Promise.all([server.stop('SIGTERM'), other.stop()]);
    await server.start();
    const rows = await throttled(before);
    expect(rows.length).toBeLessThanOrEqual(4);
    expect(countOf(rows)).toBe(refusedOf(answers));
  });
});

describe('No event says that an attempt was throttled', () => {
  it('where it could not be counted', async () => {
    for (const table of ['login_throttle', 'audit_event']) await database.query(`DELETE FROM ${table}`);
    for (const statement of ['INSERT', 'UPDATE'] as const) await database.refuse(statement, 'login_throttle');
    const { status } = await tryAt(client, 'admin');
    for (const statement of ['INSERT', 'UPDATE'] as const) await database.allow(statement, 'login_throttle');
    expect(status).toBe(500);
    expect(await throttled()).toEqual([]);
    expect(await database.query(`SELECT * FROM audit_event WHERE action = 'login'`)).toEqual([]);
  });
});

describe('Attempts that are under way when the server stops', () => {
  it('are counted as well, if they are refused', async () => {
    const before = (await throttled()).length;
    await database.addUser('faye');
    const here = client.from(newAddress());
    await many(12, () => tryAt(here, 'faye'));
    const underWay = times(40).map(() => tryAt(here, 'faye').catch(() => undefined));
    await underWay[0];
    const stopped = server.stop('SIGTERM');
    const answers = (await Promise.all(underWay)).filter((answer) => answer !== undefined);
    await stopped;
    expect(countOf(await throttled(before))).toBe(2 + refusedOf(answers));
  });
});
