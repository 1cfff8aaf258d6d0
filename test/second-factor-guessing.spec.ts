import { HOUR_MS } from '../src/config/time.js';
import { LOGIN_LIMITS } from '../src/login/login-limits.js';
import { accountKeysOf } from '../src/login/budgets.js';
import { factorAccountOf } from '../src/login/claimed-identity.js';
import { evaluated, expectThrottled } from './support/attempts.js';
import { type Authenticator, begin, complete, enrol, passSteps } from './support/authenticator.js';
import { type Answer, type Client, claimsOf, newAddress } from './support/client.js';
import { ADMIN } from './support/server.js';
import { useSharedServer } from './support/use-server.js';

const { attemptsPerAccount, attemptsPerAccountAndNetwork } = LOGIN_LIMITS;
const { client, database } = useSharedServer();

interface Owner {
  readonly name: string;
  readonly id: string;
  readonly jwt: string;
  readonly app: Authenticator;
  /** A network from which the user has logged in. */
  readonly home: Client;
}

async function newOwner(name: string): Promise<Owner> {
  const id = await database.addUser(name);
  const home = client.from(newAddress());
  const jwt = await home.logIn(name, ADMIN.password);
  const { app } = await enrol(client, jwt);
  await passSteps(database);
  return { name, id, jwt, app, home };
}

const WAYS = 4;

/** Guesses a code with the right password, in one of the {@link WAYS} that there are. */
async function guess(way: number, from: Client, name: string, otp: string): Promise<Answer<object>> {
  const byName = { username: name, password: ADMIN.password };
  switch (way % WAYS) {
    case 0:
      return from.post('/user/login', { ...byName, otp });
    case 1: {
      const account = { email: `${name}@example.com`, password: ADMIN.password };
      return from.post('/en/api/v1/accounts/login', { account, otp });
    }
    case 2:
      return from.post('/user/password', { ...byName, newPassword: 'a quieter place to read', otp });
    default:
      return complete(from, (await begin(from, name, ADMIN.password)).body.secondFactor.token, otp);
  }
}

/** Uses up the user's attempts from anywhere, as the guesses of the first test do. */
async function useUp({ id }: Owner): Promise<void> {
  const { consecutive } = accountKeysOf(factorAccountOf(id));
  const end = new Date(Date.now() + LOGIN_LIMITS.accountWindowHours * HOUR_MS).toISOString();
  await database.query('INSERT INTO login_throttle VALUES (?, ?, ?)', consecutive, attemptsPerAccount, end);
}

describe('Guessing the codes of a user whose password is known', () => {
  it('ends after the attempts of the account, over both routes, both steps and all networks', async () => {
    const owner = await newOwner('ida');
    const answers: Answer<object>[] = [];
    for (let count = 0; count < attemptsPerAccount + 2; count++) {
      answers.push(await guess(count, client.from(newAddress()), owner.name, owner.app.wrong()));
    }
    expect(evaluated(answers as Answer[])).toBe(attemptsPerAccount);
    for (const answer of answers.slice(attemptsPerAccount)) {
      expectThrottled(answer as Answer, LOGIN_LIMITS.accountWindowHours * 3600);
    }
    // Not even the right code is checked now.
    for (let way = 0; way < WAYS; way++) {
      expect((await guess(way, client.from(newAddress()), owner.name, owner.app.code())).status).toBe(429);
    }
  });

  it('does not lock out the owner in a network of an earlier login, nor the password', async () => {
    const owner = await newOwner('ilse');
    await useUp(owner);
    const wrongPassword = await begin(client.from(newAddress()), owner.name, 'wrong');
    expect([wrongPassword.status, wrongPassword.body.code]).toEqual([401, 'incorrect_credentials']);
    const { body } = await begin(owner.home, owner.name, ADMIN.password);
    expect((await complete(owner.home, body.secondFactor.token, owner.app.code())).status).toBe(200);
  });

  it('ends early in one network, also in one of an earlier login', async () => {
    const { name, app, home } = await newOwner('ines');
    for (const from of [client.from(newAddress()), home]) {
      const answers: number[] = [];
      for (let count = 0; count < attemptsPerAccountAndNetwork + 2; count++) {
        answers.push((await guess(0, from, name, app.wrong())).status);
      }
      expect(answers).toEqual([...Array<number>(attemptsPerAccountAndNetwork).fill(401), 429, 429]);
    }
  });

  it('is possible again after an administrator has unlocked the user', async () => {
    const owner = await newOwner('inge');
    await useUp(owner);
    expect((await client.post('/user/unlock', { username: owner.name }, await client.logIn())).status).toBe(200);
    expect((await guess(0, client.from(newAddress()), owner.name, owner.app.code())).status).toBe(200);
  });
});

it('A stranger without the password uses up no attempt at the codes', async () => {
  const { name, id, jwt } = await newOwner('iris');
  for (let count = 0; count < 12; count++) {
    const body = { username: name, password: 'wrong', otp: '123456' };
    expect((await client.from(newAddress()).post('/user/login', body)).status).toBe(401);
  }
  const keys = Object.values(accountKeysOf(factorAccountOf(id)));
  const rows = await database.query(`SELECT * FROM login_throttle WHERE budget IN (?, ?, ?)`, ...keys);
  expect([rows, claimsOf(jwt).sub]).toEqual([[], id]);
});
