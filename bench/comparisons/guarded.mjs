import { Buffer } from 'node:buffer';
import { URLSearchParams } from 'node:url';
import { answerTo, inTurns, post } from '../http-client.mjs';
import { sendFor } from '../load/load.mjs';
import { interleave, PROCESSES, ratio, startProcesses, warmUp } from '../rounds.mjs';
import { startBare } from '../servers/others.mjs';
import {
  addAuthHeaders,
  bearer,
  guardedGet,
  makePeople,
  newFolder,
  renewJwts,
  startPersonas,
} from '../servers/personas.mjs';
import { number, percent, share, table } from '../table.mjs';

const CONNECTIONS = 32;
const MANY = 1000;
const PEOPLE = 16;
const VERIFY = '/auth/verify';
/** A demand of a proxy that the credentials meet: a JWT has every scope, and the auth headers have none. */
const DEMANDS = { JWT: '?scope=orders:read', 'auth header': '?optional=1&as=remote' };
/** The minimum share of bare `node:http`, by major version of Node. */
const GOALS = {
  20: { one: 0.6, many: 0.5, verify: 0.75, introspect: 0.6 },
  24: { one: 0.8, many: 0.7, introspect: 0.6 },
};

/** The credential check that every request waits for, compared with the minimum of a Node server. */
export async function guarded({ node, major, folder, progress, ...how }) {
  const inRound = await startProcesses((started) => {
    progress(`making credentials: ${started + 1} of ${PROCESSES}`);
    return startPair(node, folder);
  });
  const rows = inRound(0);
  const contestants = {};
  for (const [index, { name }] of rows.entries()) {
    contestants[name] = (round) => {
      const { server, requests } = inRound(round)[index];
      const { url, pid } = server;
      return { pid, run: (seconds) => sendFor(folder, { url, requests, connections: CONNECTIONS, seconds }) };
    };
  }
  await warmUp(contestants, progress, PROCESSES);
  const results = await interleave(contestants, { ...how, progress });

  const lines = rows.map(({ name, base, goal }) => {
    const result = results[name];
    const aim = GOALS[major]?.[goal];
    return [
      name,
      number(result.perSecond),
      share(ratio(result, results[base], 'perSecond')),
      aim === undefined ? '' : `≥ ${aim.toFixed(2)}`,
      number(result.cpuMicros),
      share(ratio(results[base], result, 'cpuMicros')),
      percent(result.busy),
    ];
  });
  const head = ['request', 'a second', 'of bare', 'goal', 'CPU µs', 'of bare', 'core busy'];
  return `### A guarded request

${CONNECTIONS} connections send one request after the other to ${PROCESSES} processes of each server in turn, one round each. Bare \`node:http\`
gets the same requests as the row below it, and answers with a text of the same length and content type. A single credential is
cached after its first use; the 1,000 credentials belong to ${PEOPLE} users and are sent in turn. "CPU µs" is the processor time that
the server's process used for one response, whatever the load did. If "core busy" is far from 100 %, the load or another program was
the limit: then read the CPU column. A question at \`/oauth/introspect\` is a form from a client that authenticates with \`Basic\`; bare
\`node:http\` reads the form too.

${table(head, lines)}`;
}

/** Starts a server with credentials and a bare one. @returns the requests and the server of each row of the table. */
async function startPair(node, folder) {
  const personas = await startPersonas({ node, folder: newFolder(folder) });
  const people = await makePeople(personas.url, PEOPLE);
  const credentials = {
    JWT: await renewJwts(personas.url, people, MANY),
    'auth header': await addAuthHeaders(personas.url, people, MANY),
  };
  const bare = await startBare(node, await answerTo(personas.url, guardedGet(credentials.JWT[0])));
  const rows = Object.entries(credentials).flatMap(([kind, all]) => {
    const requests = all.map((credential) => guardedGet(credential));
    const [one] = requests;
    const verify = guardedGet(all[0], VERIFY);
    const demand = guardedGet(all[0], `${VERIFY}${DEMANDS[kind]}`);
    const base = `bare \`node:http\`, sent ${kind === 'JWT' ? 'a JWT' : 'an auth header'}`;
    return [
      { base, name: base, server: bare, requests: [one] },
      { base, name: `\`GET /user/me\`, one ${kind}`, goal: 'one', server: personas, requests: [one] },
      { base, name: `\`GET /user/me\`, 1,000 ${kind}s`, goal: 'many', server: personas, requests },
      { base, name: `\`GET ${VERIFY}\`, one ${kind}`, goal: 'verify', server: personas, requests: [verify] },
      { base, name: `\`GET ${demand.path}\`, one ${kind}`, goal: 'verify', server: personas, requests: [demand] },
    ];
  });
  rows.push(...(await introspections(node, personas, people[0], credentials)));
  // Each response is checked once in full; the load only counts statuses.
  for (const { server, requests } of rows) await inTurns(requests.length, (at) => answerTo(server.url, requests[at]));
  return rows;
}

/** The rows of a service that asks about a credential, whose answer is longer than those above. */
async function introspections(node, personas, { jwt }, credentials) {
  const add = post('/authheader/add', { name: 'service' }, { authorization: bearer(jwt) });
  const { id, token } = JSON.parse((await answerTo(personas.url, add)).text);
  const headers = {
    authorization: `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const rows = [];
  for (const [kind, [credential]] of Object.entries(credentials)) {
    const question = {
      method: 'POST',
      path: '/oauth/introspect',
      headers,
      body: new URLSearchParams({ token: credential }).toString(),
    };
    const bare = await startBare(node, await answerTo(personas.url, question));
    const base = `bare \`node:http\`, sent a form with ${kind === 'JWT' ? 'a JWT' : 'an auth header'}`;
    rows.push(
      { base, name: base, server: bare, requests: [question] },
      {
        base,
        name: `\`POST /oauth/introspect\`, one ${kind}`,
        goal: 'introspect',
        server: personas,
        requests: [question],
      },
    );
  }
  return rows;
}
