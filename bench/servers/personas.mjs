import { createServer } from 'node:net';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { answerTo, inTurns, post } from '../http-client.mjs';
import { CORES, lineOf, start } from '../processes.mjs';

export const DIST = resolve(import.meta.dirname, '../../dist');
export const SECRET_KEY = 'a secret of the benchmarks, of no use elsewhere';
/** The password of every user. */
export const PASSWORD = 'correct horse battery';

/** The database file of a server in a folder. */
export function databaseOf(folder) {
  return join(folder, 'data', 'personas.sqlite');
}

/** An empty folder for a server to start in. */
export function newFolder(base) {
  mkdirSync(base, { recursive: true });
  return mkdtempSync(join(base, 'personas-'));
}

/** A free port. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts the built server the way it runs in production, without waiting for it. */
export function spawnPersonas({ node, folder, cores = CORES.server, port = 0, environment = {} }) {
  return start(cores, node, [join(DIST, 'main.js')], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      SECRET_KEY,
      PORT: String(port),
      BOOTSTRAP_PASSWORD: PASSWORD,
      ...environment,
    },
  });
}

/** Starts the built server. @returns its URL and its process. */
export async function startPersonas(options) {
  const child = spawnPersonas(options);
  const [, url] = await lineOf(child, /answers at (\S+)/);
  return { url, pid: child.pid, child };
}

/** @returns the JWT of a login. */
export async function logIn(url, username, headers = {}) {
  const { text } = await answerTo(url, post('/user/login', { username, password: PASSWORD }, headers));
  return JSON.parse(text).Token;
}

/** The first administrator's JWT. */
export function logInAdministrator(url) {
  return logIn(url, 'admin');
}

/** Creates users with a password of their own. @returns their names and a JWT of each. */
export async function makePeople(url, count) {
  const authorization = bearer(await logInAdministrator(url));
  return inTurns(
    count,
    async (index) => {
      const username = `person-${index}`;
      const initial = `${PASSWORD} at first`;
      const person = { username, email: `${username}@example.com`, password: initial };
      await answerTo(url, post('/user/add', person, { authorization }));
      const change = { username, password: initial, newPassword: PASSWORD };
      const { text } = await answerTo(url, post('/user/password', change));
      return { username, jwt: JSON.parse(text).Token };
    },
    2,
  );
}

/** The login request of a user from {@link makePeople}. */
export function loginOf({ username }, headers = {}) {
  return post('/user/login', { username, password: PASSWORD }, headers);
}

/** Further JWTs, of the users in rotation. */
export function renewJwts(url, people, count) {
  return inTurns(count, async (index) => {
    const { jwt } = people[index % people.length];
    const { text } = await answerTo(url, {
      method: 'POST',
      path: '/user/renew',
      headers: { authorization: bearer(jwt) },
    });
    return JSON.parse(text).Token;
  });
}

/** Creates auth headers, of the users in rotation. @returns their tokens. */
export function addAuthHeaders(url, people, count) {
  return inTurns(count, async (index) => {
    const { jwt } = people[index % people.length];
    const added = post('/authheader/add', { name: `header ${index}` }, { authorization: bearer(jwt) });
    return JSON.parse((await answerTo(url, added)).text).token;
  });
}

/** The guarded GET request of a service. */
export function guardedGet(credential, path = '/user/me') {
  return { path, headers: { authorization: bearer(credential) } };
}

export function bearer(credential) {
  return `Bearer ${credential}`;
}
