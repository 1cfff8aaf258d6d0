import { post } from '../http-client.mjs';
import { sendEach, sendFor } from '../load/load.mjs';
import { bearer, guardedGet } from '../servers/personas.mjs';

export const CONNECTIONS = 32;
/** The connections of logins: more would only wait for the hash. */
export const LOGIN_CONNECTIONS = 4;
/** The number in the first run, which measures how many fit into the time. */
const FIRST_ADDITIONS = 200;
const FIRST_LOGINS = 20;

/** One request, again and again. */
export function repeated({ url, pid }, folder, request) {
  return { pid, run: (seconds) => sendFor(folder, { url, requests: [request], connections: CONNECTIONS, seconds }) };
}

/** Additions, whose names or ids are kept for {@link removals}. */
export function additions({ url, pid }, { add, nameOfAdded }, kept) {
  const run = filling(FIRST_ADDITIONS, async (count) => {
    const outcome = await addSome(url, add, nameOfAdded, count);
    kept.push(...outcome.collected);
    return outcome;
  });
  return { pid, run };
}

/** Removals of all that was added since the last ones. */
export function removals({ url, pid }, { add, nameOfAdded, remove }, kept) {
  return {
    pid,
    prepare: async () => {
      if (kept.length === 0) kept.push(...(await addSome(url, add, nameOfAdded, FIRST_ADDITIONS)).collected);
    },
    run: () => sendEach({ url, requests: kept.splice(0).map(remove), connections: CONNECTIONS }),
  };
}

/** Logins of the given people in turn. */
export function logins({ url, pid }, requests) {
  const run = filling(FIRST_LOGINS, (count) => {
    const all = Array.from({ length: count }, (_, index) => requests[index % requests.length]);
    return sendEach({ url, requests: all, connections: LOGIN_CONNECTIONS });
  });
  return { pid, run };
}

/** A run of as many requests as the last run would have sent in the time. */
export function filling(first, send) {
  let count = first;
  return async (seconds) => {
    const outcome = await send(count);
    count = Math.max(1, Math.ceil((seconds * outcome.answers) / outcome.seconds));
    return outcome;
  };
}

function addSome(url, add, collect, count) {
  const requests = Array.from({ length: count }, (_, index) => add(`added ${index}`));
  return sendEach({ url, requests, connections: CONNECTIONS, collect });
}

/** The requests of the jobs. */
export function requestsOfPersonas(maker, lister, header) {
  const authorization = bearer(maker.jwt);
  return {
    checkJwt: guardedGet(maker.jwt),
    checkKey: guardedGet(header),
    add: (name) => post('/authheader/add', { name }, { authorization }),
    list: guardedGet(lister.jwt, '/authheader/list'),
    remove: (text) => post('/authheader/delete', { text }, { authorization }),
    nameOfAdded: 'token',
  };
}

/** The requests of the same jobs. */
export function requestsOfBetterAuth({ jwt, key, makerCookie, listerCookie, login }) {
  return {
    checkJwt: guardedGet(jwt, '/check-jwt'),
    checkKey: { path: '/check-key', headers: { 'x-api-key': key } },
    login: post('/log-in', login),
    add: (name) => post('/add', { name }, { cookie: makerCookie }),
    list: { path: '/list', headers: { cookie: listerCookie } },
    remove: (keyId) => post('/delete', { keyId }, { cookie: makerCookie }),
    nameOfAdded: 'id',
  };
}
