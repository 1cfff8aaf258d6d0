import { cheapProgram } from './support/changed-program.js';
import type { ManagedUser } from './support/client.js';
import { REVOCATION_DELAY_MS } from './support/database.js';
import { send } from './support/send.js';
import { ADMIN, startServer, type TestServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const ROUNDS = 12;
const CLIENTS_PER_CHANGE = 7;
/** What each client still asks after the change was answered. */
const ASKED_AFTER = 2;

/** Somebody who is about to lose something. */
interface Victim {
  readonly id: string;
  readonly username: string;
  readonly jwt: string;
  readonly otherJwt: string;
  readonly token: string;
  readonly tokenId: string;
}

interface Change {
  readonly name: string;
  readonly make: (victim: Victim) => Promise<{ status: number }>;
  /** Which credentials it ends. */
  readonly ends: (victim: Victim) => string[];
}

const { server, client, database } = useServer({
  get main() {
    return cheapProgram();
  },
});
let admin: string;

beforeAll(async () => {
  admin = await client.logIn();
});

const CHANGES: readonly Change[] = [
  {
    name: 'disabling the user',
    make: ({ id }) => client.post('/user/disable', { id }, admin),
    ends: ({ jwt, otherJwt, token }) => [jwt, otherJwt, token],
  },
  {
    name: 'deleting the user',
    make: ({ id }) => client.post('/user/delete', { id }, admin),
    ends: ({ jwt, otherJwt, token }) => [jwt, otherJwt, token],
  },
  {
    name: 'resetting the password',
    make: ({ id }) => client.post('/user/reset', { id }, admin),
    ends: ({ jwt, otherJwt }) => [jwt, otherJwt],
  },
  {
    name: 'changing the password',
    make: ({ username }) =>
      client.post('/user/password', { username, password: ADMIN.password, newPassword: `${ADMIN.password}!` }),
    ends: ({ jwt, otherJwt }) => [jwt, otherJwt],
  },
  {
    name: 'logging out',
    make: ({ jwt }) => client.post('/user/logout', undefined, jwt),
    ends: ({ jwt }) => [jwt],
  },
  {
    name: 'logging out everywhere',
    make: ({ jwt }) => client.post('/user/logout', { everywhere: true }, jwt),
    ends: ({ jwt, otherJwt }) => [jwt, otherJwt],
  },
  {
    name: 'deleting the auth header',
    make: ({ jwt, tokenId }) => client.post('/authheader/delete', { text: tokenId }, jwt),
    ends: ({ token }) => [token],
  },
  {
    name: 'rotating the auth header',
    make: ({ jwt, tokenId }) => client.post('/authheader/rotate', { text: tokenId }, jwt),
    ends: ({ token }) => [token],
  },
];

async function newVictim(username: string): Promise<Victim> {
  const id = await database.addUser(username);
  const jwt = await client.logIn(username);
  const { id: tokenId, token } = await client.addAuthHeader(jwt);
  return { id, username, jwt, otherJwt: await client.logIn(username), token, tokenId };
}

/** Every change, with a victim each. */
function newCases(prefix: string): Promise<{ change: Change; victim: Victim }[]> {
  return Promise.all(CHANGES.map(async (change, kind) => ({ change, victim: await newVictim(`${prefix}-${kind}`) })));
}

/** The status alone, as cheaply as can be: the answers' form is other tests' business. */
async function statusOf(credential: string, { url }: TestServer = server): Promise<number> {
  const { status } = await send(`${url}/user/me`, {
    method: 'GET',
    headers: { authorization: `Bearer ${credential}` },
    body: undefined,
  });
  return status;
}

/** Makes a change amid clients that use what it ends; answers their statuses, those asked for after its answer apart. */
async function hammer({ make, ends }: Change, victim: Victim): Promise<{ before: number[]; after: number[] }> {
  const [before, after]: [number[], number[]] = [[], []];
  const credentials = ends(victim);
  let isAnswered = false;
  let warm = 0;
  let isWarm: () => void = () => undefined;
  const allWarm = new Promise<void>((resolve) => (isWarm = resolve));
  const clients = Array.from({ length: CLIENTS_PER_CHANGE }, async (_, index) => {
    const credential = credentials[index % credentials.length] ?? '';
    for (let asked = 0, isFirst = true; asked < ASKED_AFTER; isFirst = false) {
      const isAfter = isAnswered;
      const status = await statusOf(credential);
      (isAfter ? after : before).push(status);
      // A machine that is too busy to decide accepts nothing, and is asked again.
      if (isAfter && status !== 503) asked += 1;
      if (isFirst && ++warm === CLIENTS_PER_CHANGE) isWarm();
    }
  });
  await allWarm;
  const { status } = await make(victim);
  isAnswered = true;
  await Promise.all(clients);
  if (status !== 200) throw new Error(`The change was answered ${status}`);
  return { before, after };
}

describe(`After ${ROUNDS * CHANGES.length} changes amid ${CLIENTS_PER_CHANGE * CHANGES.length} clients at once`, () => {
  it('no credential that a change ended was accepted even once', async () => {
    const accepted = new Map(CHANGES.map(({ name }) => [name, 0]));
    let [good, refused] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const cases = await newCases(`victim-${round}`);
      await Promise.all(
        cases.map(async ({ change, victim }) => {
          const { before, after } = await hammer(change, victim);
          good += before.filter((status) => status === 200).length;
          refused += after.filter((status) => status === 401).length;
          accepted.set(
            change.name,
            (accepted.get(change.name) ?? 0) + after.filter((status) => ![401, 503].includes(status)).length,
          );
        }),
      );
    }
    expect(Object.fromEntries(accepted)).toEqual(Object.fromEntries(CHANGES.map(({ name }) => [name, 0])));
    const asked = ROUNDS * CHANGES.length * CLIENTS_PER_CHANGE;
    expect(good).toBeGreaterThanOrEqual(asked);
    expect(refused).toBe(asked * ASKED_AFTER);
  }, 300_000);

  it('what they left alone is still good', async () => {
    const victim = await newVictim('bystander');
    const other = await newVictim('other');
    const { jwt, otherJwt, token } = victim;
    await client.post('/user/disable', { id: other.id }, admin);
    await client.post('/user/logout', undefined, jwt);
    expect(await Promise.all([jwt, otherJwt, token].map((one) => statusOf(one)))).toEqual([401, 200, 200]);
  });
});

describe('A role that is taken away', () => {
  it('opens nothing from the answer on', async () => {
    const id = await database.addUser('rosa', ['admin']);
    const jwt = await client.logIn('rosa');
    const { token } = await client.addAuthHeader(jwt, { name: 'a', scopes: ['admin'] });
    const statuses = async () => [
      (await client.get('/user/list', jwt)).status,
      (await client.get('/audit/list', token)).status,
    ];
    for (let turn = 0; turn < 10; turn++) {
      await client.post<ManagedUser>('/user/update', { id, roles: ['admin'] }, admin);
      expect(await statuses()).toEqual([200, 200]);
      await client.post<ManagedUser>('/user/update', { id, roles: [] }, admin);
      expect(await statuses()).toEqual([403, 403]);
    }
  });
});

describe('A second process on the same database', () => {
  it('accepts nothing that the first has ended, a second later', async () => {
    const second = await startServer({ folder: server.folder, main: cheapProgram() });
    const cases = await newCases('far');
    const ended = cases.flatMap(({ change, victim }) => change.ends(victim));
    const statusesThere = () => Promise.all(ended.map((one) => statusOf(one, second)));
    expect(await statusesThere()).toEqual(ended.map(() => 200));
    await Promise.all(cases.map(({ change, victim }) => change.make(victim)));
    await new Promise((resolve) => setTimeout(resolve, REVOCATION_DELAY_MS));
    expect(await statusesThere()).toEqual(ended.map(() => 401));
    await second.stop();
  });
});
