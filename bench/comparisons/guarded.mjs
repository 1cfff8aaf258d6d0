import { answerTo, ask, inTurns } from '../http-client.mjs';
import { sendFor } from '../load/load.mjs';
import { interleave, warmUp } from '../rounds.mjs';
import { startBare } from '../servers/others.mjs';
import { addAuthHeaders, guardedGet, makePeople, newFolder, renewJwts, startPersonas } from '../servers/personas.mjs';
import { number, percent, share, table } from '../table.mjs';

const CONNECTIONS = 32;
const MANY = 1000;
const PEOPLE = 16;
/** The least share of bare `node:http`, by Node's major version. */
const GOALS = { 20: { one: 0.6, many: 0.5, verify: 0.75 }, 24: { one: 0.8, many: 0.7 } };

/** The check that every request of every service waits for, beside the least a Node server can do. */
export async function guarded({ node, major, folder, progress, ...how }) {
  const personas = await startPersonas({ node, folder: newFolder(folder) });
  progress('making credentials');
  const people = await makePeople(personas.url, PEOPLE);
  const jwts = await renewJwts(personas.url, people, MANY);
  const headers = await addAuthHeaders(personas.url, people, MANY);
  const [jwt] = jwts;
  const [header] = headers;
  // Each is good on its own: from then on only statuses are counted.
  const all = [...jwts, ...headers].map((credential) => guardedGet(credential));
  await inTurns(all.length, (index) => answerTo(personas.url, all[index]));
  const bare = await startBare(node, await answerTo(personas.url, guardedGet(jwt)));

  const to = ({ url, pid }, requests) => ({
    pid,
    run: (seconds) => sendFor(folder, { url, requests, connections: CONNECTIONS, seconds }),
  });
  const rows = [
    { name: 'bare `node:http`', to: bare, requests: [guardedGet(jwt)] },
    { name: '`GET /user/me`, one JWT', requests: [guardedGet(jwt)], goal: 'one' },
    { name: '`GET /user/me`, one auth header', requests: [guardedGet(header)], goal: 'one' },
    { name: '`GET /user/me`, 1,000 JWTs', requests: all.slice(0, MANY), goal: 'many' },
    { name: '`GET /user/me`, 1,000 auth headers', requests: all.slice(MANY), goal: 'many' },
    { name: '`GET /auth/verify`, one JWT', requests: [guardedGet(jwt, '/auth/verify')], goal: 'verify' },
    { name: '`GET /auth/verify`, one auth header', requests: [guardedGet(header, '/auth/verify')], goal: 'verify' },
  ];
  const isVerifying = (await ask(personas.url, guardedGet(jwt, '/auth/verify'))).status !== 404;
  const served = rows.filter(({ goal }) => goal !== 'verify' || isVerifying);
  for (const { requests } of served) await answerTo(personas.url, requests[0]);
  const contestants = Object.fromEntries(
    served.map(({ name, to: server = personas, requests }) => [name, to(server, requests)]),
  );
  await warmUp(contestants, how.seconds, progress);
  const results = await interleave(contestants, { ...how, progress });

  const base = results[rows[0].name];
  const lines = rows.map(({ name, goal }) => {
    const result = results[name];
    if (result === undefined) return [name, 'no such route', '', '', '', '', ''];
    const aim = GOALS[major]?.[goal];
    return [
      name,
      number(result.perSecond),
      share(result.perSecond, base.perSecond),
      aim === undefined ? '' : `≥ ${aim.toFixed(2)}`,
      number(result.cpuMicros),
      share(base.cpuMicros, result.cpuMicros),
      percent(result.busy),
    ];
  });
  const head = ['request', 'a second', 'of bare', 'goal', 'CPU µs', 'of bare', 'core busy'];
  return `### A guarded request

${CONNECTIONS} connections, each sending its next request at once. Bare \`node:http\` gets the request of the second row, and
answers with a text of the same length and content type. One credential is one kept in memory after its first use;
1,000 are sent in turn, of ${PEOPLE} users. "CPU µs" is what the server's process used of its core for an answer, whatever the load
did; where "core busy" is far from 100 %, the load or another program was the limit, and the CPU column is the one to read.

${table(head, lines)}`;
}
