import { setTimeout as sleep } from 'node:timers/promises';
import { cheapProgram } from './support/changed-program.js';
import { type AuthHeaderAnswer, type Client, type ManagedUser, newAddress } from './support/client.js';
import { halvesIn } from './support/halves.js';
import { ConnectionError } from './support/send.js';
import { ADMIN, BEHIND_PROXY } from './support/server.js';
import { useServer } from './support/use-server.js';

/** `npm run soak:crashes` kills it hundreds of times, under more kinds of changes. */
const ROUNDS = 4;
const LIFE_MS = { least: 50, most: 500 };

const {
  server,
  client: anyone,
  database,
} = useServer({
  env: BEHIND_PROXY,
  get main() {
    return cheapProgram();
  },
});
/** From another address in each round: the failed logins of the rounds before are not its own. */
let client: Client = anyone;
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

const accepted = async (credential: string) => (await client.get('/user/me', credential)).status === 200;
const eventsOf = async (action: string, target: string) =>
  (
    await database.query(
      'SELECT id FROM audit_event WHERE action = ? AND target = ? AND outcome = ?',
      action,
      target,
      'success',
    )
  ).length;

/** Repeats a change until the server is gone. */
async function repeat(change: (turn: number) => Promise<void>): Promise<void> {
  for (let turn = 0; ; turn++) {
    try {
      await change(turn);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      return;
    }
  }
}

function demand<Body>({ status, text, body }: { status: number; text: string; body: Body }): Body {
  if (status !== 200) throw new Error(`Answered ${status}: ${text}`);
  return body;
}

/** Runs all changes at once until the server is killed; answers a check of what was acknowledged. */
async function changeUntilKilled(round: number): Promise<() => Promise<void>> {
  const acknowledged: [string, string][] = [];
  const gone: string[] = [];
  const rotated = await client.addAuthHeader(jwt, { name: `rotated-${round}` });
  let rotations = 0;
  let current = rotated.token;
  const owner = `owner-${round}`;
  const added = demand(
    await client.post<ManagedUser>(
      '/user/add',
      { username: owner, email: `${owner}@example.com`, password: ADMIN.password },
      jwt,
    ),
  );
  let changes = 0;
  let session = await client.logIn(owner);
  const passwordOf = (count: number) => (count === 0 ? ADMIN.password : `${ADMIN.password} ${count}`);

  const workers = [
    repeat(async (turn) => {
      const { id, token } = await client.addAuthHeader(jwt, { name: `added-${round}-${turn}` });
      acknowledged.push([id, token]);
    }),
    repeat(async (turn) => {
      const { id, token } = await client.addAuthHeader(jwt, { name: `deleted-${round}-${turn}` });
      demand(await client.post('/authheader/delete', { text: id }, jwt));
      gone.push(token);
    }),
    repeat(async () => {
      const body = demand(await client.post<AuthHeaderAnswer>('/authheader/rotate', { text: current }, jwt));
      gone.push(current);
      current = body.token;
      rotations += 1;
    }),
    repeat(async () => {
      const [password, newPassword] = [passwordOf(changes), passwordOf(changes + 1)];
      const answer = await client.post<{ Token: string }>('/user/password', { username: owner, password, newPassword });
      const { Token } = demand(answer);
      gone.push(session);
      session = Token;
      changes += 1;
    }),
    repeat(async (turn) => {
      const username = `added-${round}-${turn}`;
      const password = `${ADMIN.password} too`;
      const profile = { username, email: `${username}@example.com`, password };
      const { Id: id } = demand(await client.post<ManagedUser>('/user/add', profile, jwt));
      const login = await client.logIn(username, password);
      const { token } = await client.addAuthHeader(login);
      demand(await client.post(turn % 2 === 0 ? '/user/disable' : '/user/delete', { id }, jwt));
      gone.push(login, token);
    }),
  ];
  await sleep(LIFE_MS.least + Math.random() * (LIFE_MS.most - LIFE_MS.least));
  await server.stop('SIGKILL');
  await Promise.all(workers);

  return async () => {
    for (const [id, token] of acknowledged) expect([id, await accepted(token)]).toEqual([id, true]);
    for (const credential of gone) expect(await accepted(credential)).toBe(false);

    // What was under way when the server died happened, or did not.
    const moreRotations = (await eventsOf('authheader.rotate', rotated.id)) - rotations;
    expect([0, 1]).toContain(moreRotations);
    expect(await accepted(current)).toBe(moreRotations === 0);
    const moreChanges = (await eventsOf('password.change', added.Id)) - changes;
    expect([0, 1]).toContain(moreChanges);
    expect(await accepted(session)).toBe(moreChanges === 0);
    await expect(client.logIn(owner, passwordOf(changes + moreChanges))).resolves.toMatch(/^eyJ/);
    const refused = await client.post('/user/login', {
      username: owner,
      password: passwordOf(changes + 1 - moreChanges),
    });
    expect(refused.status).toBe(401);
  };
}

describe(`A server that is killed ${ROUNDS} times amid changes`, () => {
  it('has every one that it acknowledged, and no half of one', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const check = await changeUntilKilled(round);
      await server.start();
      client = anyone.from(newAddress());
      await check();
      expect(await halvesIn(database)).toEqual({});
    }
    expect(await database.faults()).toEqual([]);
  });
});
