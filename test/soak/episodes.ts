import { randomUUID } from 'node:crypto';
import { type Authenticator, begin, complete, enrol } from '../support/authenticator.js';
import { type AuthHeaderAnswer, claimsOf, type Client, type ManagedUser, newAddress } from '../support/client.js';
import { ADMIN } from '../support/server.js';
import type { Ledger } from './ledger.js';

/** What an episode works with. */
export interface Scene {
  readonly client: Client;
  /** Of an administrator. */
  readonly jwt: string;
  readonly ledger: Ledger;
}

/** Changes that belong together, on objects of their own. */
export type Episode = (scene: Scene) => Promise<void>;

type LoggedIn = Record<'Token', string>;
interface Person {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly from: Client;
}

const RATE_LIMIT = { limit: 5, windowSeconds: 86_400 };
/** As in LOGIN_LIMITS, for one account from one network. */
const GUESSES = 10;
const ROTATIONS = 5;

const tokenOf = ({ Token }: LoggedIn): string[] => [Token];
const sessionIn = ({ Token }: LoggedIn): string => claimsOf(Token).sid;

function add({ client, jwt, ledger }: Scene, body: object = { name: 'soaked' }): Promise<AuthHeaderAnswer> {
  return ledger.change<AuthHeaderAnswer>(
    { action: 'authheader.add', target: ({ id }) => id, begins: ({ token }) => [token] },
    () => client.post('/authheader/add', body, jwt),
  );
}

async function addPerson({ client, jwt, ledger }: Scene): Promise<Person> {
  const username = `soak-${randomUUID()}`;
  const email = `${username}@example.com`;
  const profile = { username, email, password: ADMIN.password };
  const { Id: id } = await ledger.change<ManagedUser>({ action: 'user.add', target: ({ Id }) => Id }, () =>
    client.post('/user/add', profile, jwt),
  );
  return { id, username, email, from: client.from(newAddress()) };
}

async function logIn({ ledger }: Scene, { username, from }: Person, password = ADMIN.password): Promise<string> {
  const { Token } = await ledger.change<LoggedIn>({ action: 'login', target: sessionIn, begins: tokenOf }, () =>
    from.post('/user/login', { username, password }),
  );
  return Token;
}

const adds: Episode = async (scene) => {
  const { client, jwt, ledger } = scene;
  const { id } = await add(scene);
  await ledger.change({ action: 'authheader.update', target: id }, () =>
    client.post('/authheader/update', { text: id, name: 'updated' }, jwt),
  );
};

const deletes: Episode = async (scene) => {
  const { client, jwt, ledger } = scene;
  const { id, token } = await add(scene);
  // What the server remembers is revoked as well.
  await client.get('/user/me', token);
  await ledger.change({ action: 'authheader.delete', target: id, ends: [token] }, () =>
    client.post('/authheader/delete', { text: id }, jwt),
  );
};

const rotates: Episode = async (scene) => {
  const { client, jwt, ledger } = scene;
  let { id, token } = await add(scene);
  for (let turn = 0; turn < ROTATIONS; turn++) {
    ({ id, token } = await ledger.change<AuthHeaderAnswer>(
      { action: 'authheader.rotate', target: id, ends: [token], begins: (body) => [body.token] },
      () => client.post('/authheader/rotate', { text: token }, jwt),
    ));
  }
};

const comesAndGoes: Episode = async (scene) => {
  const { ledger } = scene;
  const person = await addPerson(scene);
  const { username, from, id } = person;
  const first = await logIn(scene, person);
  const renewed = await ledger.change<LoggedIn>(
    { action: 'session.renew', target: claimsOf(first).sid, begins: tokenOf },
    () => from.post('/user/renew', {}, first),
  );
  await ledger.change({ action: 'session.end', target: claimsOf(first).sid, ends: [first, renewed.Token] }, () =>
    from.post('/user/logout', {}, first),
  );
  const second = await logIn(scene, person);
  const [password, newPassword] = [ADMIN.password, `${ADMIN.password} too`];
  await ledger.change<LoggedIn>({ action: 'password.change', target: id, ends: [second], begins: tokenOf }, () =>
    from.post('/user/password', { username, password, newPassword }),
  );
  ledger.later.push(async () => {
    const { status } = await from.post('/user/login', { username, password });
    return status === 401 ? undefined : `a login with the password of before: ${status}`;
  });
};

const isManaged: Episode = async (scene) => {
  const { client, jwt, ledger } = scene;
  const person = await addPerson(scene);
  const { id } = person;
  const session = await logIn(scene, person);
  const { token } = await add({ ...scene, jwt: session });
  const administer = (action: 'disable' | 'enable' | 'delete', ends: readonly string[] = []): Promise<unknown> =>
    ledger.change({ action: `user.${action}`, target: id, ends }, () => client.post(`/user/${action}`, { id }, jwt));
  await administer('disable', [session, token]);
  await administer('enable');
  const again = await logIn(scene, person);
  await administer('delete', [again]);
};

/** Two of the codes of a person are used up, and a factor is removed. */
const usesCodes: Episode = async (scene) => {
  const { client, ledger } = scene;
  const person = await addPerson(scene);
  const { username, from } = person;
  const jwt = await logIn(scene, person);
  let enrolled: { app: Authenticator; id: string; recoveryCodes: string[] };
  // What it ends is another test's subject.
  ledger.accepted.delete(jwt);
  try {
    enrolled = await enrol(from, jwt);
  } catch (error) {
    if (String(error).includes(' 503:')) return;
    throw error;
  }
  const { app, recoveryCodes } = enrolled;
  for (const otp of [app.code(1), recoveryCodes[0] ?? '']) {
    const { body } = await begin(from, username, ADMIN.password);
    // What was counted or sealed before the crash of the database is not known.
    if (body.code !== 'second_factor_required') return;
    await ledger.change<LoggedIn>({ action: 'login', target: sessionIn, begins: tokenOf }, () =>
      complete(from, body.secondFactor.token, otp),
    );
    ledger.later.push(async () => {
      const elsewhere = client.from(newAddress());
      const { status } = await elsewhere.post('/user/login', { username, password: ADMIN.password, otp });
      return status === 401 ? undefined : `a code that was used: ${status}`;
    });
  }
};

const forgets: Episode = async (scene) => {
  const { ledger } = scene;
  const { email, from, id } = await addPerson(scene);
  await ledger.change({ action: 'password.forgot', target: id }, () => from.post('/user/forgot', { email }));
  ledger.mailed.push(email);
};

const isGuessed: Episode = async (scene) => {
  const { ledger, client } = scene;
  const { username } = await addPerson(scene);
  const from = client.from(newAddress());
  let wrong = 0;
  const guess = async (): Promise<number> => {
    const { status } = await from.post('/user/login', { username, password: 'wrong' });
    if (status === 401) wrong += 1;
    return status;
  };
  ledger.later.push(async () => {
    for (let turn = 0; turn < GUESSES; turn++) await guess();
    const last = await guess();
    return wrong <= GUESSES && last === 429 ? undefined : `${wrong} guesses were checked, and the next one is ${last}`;
  });
  for (let turn = 0; turn < GUESSES; turn++) await guess();
};

const isLimited: Episode = async (scene) => {
  const { client, ledger } = scene;
  const { token } = await add(scene, { name: 'limited', rateLimit: RATE_LIMIT });
  ledger.accepted.delete(token);
  let admitted = 0;
  const use = async (): Promise<void> => {
    const { status } = await client.get('/user/me', token);
    if (status === 200) admitted += 1;
  };
  ledger.later.push(async () => {
    for (let turn = 0; turn <= RATE_LIMIT.limit; turn++) await use();
    return admitted <= RATE_LIMIT.limit ? undefined : `${admitted} requests of ${RATE_LIMIT.limit}`;
  });
  for (let turn = 0; turn < RATE_LIMIT.limit - 1; turn++) await use();
};

/** Those that make changes, all at once. */
export const EPISODES: readonly Episode[] = [
  adds,
  deletes,
  rotates,
  comesAndGoes,
  isManaged,
  usesCodes,
  forgets,
  isGuessed,
  isLimited,
];
