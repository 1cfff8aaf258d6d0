import { post } from '../http-client.mjs';
import { sendEach, sendFor } from '../load/load.mjs';
import { interleave, PROCESSES, ratio, startProcesses, warmUp } from '../rounds.mjs';
import { startBetterAuth } from '../servers/others.mjs';
import { addAuthHeaders, bearer, guardedGet, makePeople, newFolder, startPersonas } from '../servers/personas.mjs';
import { number, table, times } from '../table.mjs';

const CONNECTIONS = 32;
/** The number of keys of the listing user. */
const LISTED = 5;
/** The number in the first run, which measures how many fit into the time. */
const FIRST_ADDITIONS = 200;
/** The first addition is short, and the code of better-auth takes longer to warm up than ours. */
const WARM_UPS = 2 * PROCESSES;
const JOBS = [
  { job: 'check a JWT', goal: 25 },
  { job: 'check an auth header, or API key', goal: 25 },
  { job: 'add one', goal: 5 },
  { job: `list ${LISTED}`, goal: 6 },
  { job: 'delete one', goal: 10 },
];

/** The operations that both servers provide. */
export async function betterAuth({ node, folder, progress, ...how }) {
  const contestants = {};
  for (const [whose, start] of Object.entries({ ours, theirs })) {
    const inRound = await startProcesses(async () => contestantsOf(await start(node, folder), folder));
    for (const [index, { job }] of JOBS.entries()) {
      contestants[`${job}, ${whose}`] = (round) => inRound(round)[index];
    }
  }
  await warmUp(contestants, progress, WARM_UPS);
  const results = await interleave(contestants, { ...how, progress });

  const lines = JOBS.map(({ job, goal }) => {
    const [own, other] = ['ours', 'theirs'].map((whose) => results[`${job}, ${whose}`]);
    return [
      job,
      number(own.perSecond),
      number(other.perSecond),
      times(ratio(own, other, 'perSecond')),
      `≥ ${goal}×`,
      number(own.cpuMicros),
      number(other.cpuMicros),
      times(ratio(other, own, 'cpuMicros')),
    ];
  });
  const head = ['job', 'a second', 'better-auth', 'ratio', 'goal', 'CPU µs', 'better-auth', 'ratio'];
  return `### The same jobs done by better-auth

better-auth runs behind a bare \`node:http\` server on the same core: \`verifyJWT\`, \`verifyApiKey\`, \`createApiKey\`, \`listApiKeys\` and
\`deleteApiKey\` of its server API, on a SQLite file through the fastest of its documented drivers (better-sqlite3 if Node has no
driver of its own), with a write-ahead log and \`synchronous=NORMAL\` (ours is \`FULL\`), without rate limits and logs, and with
sessions checked by its cookie cache. Our server does the same jobs through its public API, including the audit log. Each job
arrives over ${CONNECTIONS} connections, at ${PROCESSES} processes of each server in turn, one round each.

${table(head, lines)}`;
}

function contestantsOf({ url, pid, checkJwt, checkKey, add, list, remove, nameOfAdded }, folder) {
  const kept = [];
  let additions = FIRST_ADDITIONS;
  const repeat = (request) => (seconds) =>
    sendFor(folder, { url, requests: [request], connections: CONNECTIONS, seconds });
  const addSome = async (count) => {
    const requests = Array.from({ length: count }, (_, index) => add(`added ${index}`));
    const outcome = await sendEach({ url, requests, connections: CONNECTIONS, collect: nameOfAdded });
    kept.push(...outcome.collected);
    return outcome;
  };
  return [
    { pid, run: repeat(checkJwt) },
    { pid, run: repeat(checkKey) },
    {
      pid,
      run: async (seconds) => {
        const outcome = await addSome(additions);
        additions = Math.ceil((seconds * outcome.answers) / outcome.seconds);
        return outcome;
      },
    },
    { pid, run: repeat(list) },
    {
      pid,
      prepare: async () => {
        if (kept.length === 0) await addSome(additions);
      },
      run: () => sendEach({ url, requests: kept.splice(0).map(remove), connections: CONNECTIONS }),
    },
  ];
}

async function ours(node, folder) {
  const { url, pid } = await startPersonas({ node, folder: newFolder(folder) });
  const [maker, lister] = await makePeople(url, 2);
  await addAuthHeaders(url, [lister], LISTED);
  const [header] = await addAuthHeaders(url, [maker], 1);
  const authorization = bearer(maker.jwt);
  return {
    url,
    pid,
    checkJwt: guardedGet(maker.jwt),
    checkKey: guardedGet(header),
    add: (name) => post('/authheader/add', { name }, { authorization }),
    list: guardedGet(lister.jwt, '/authheader/list'),
    remove: (text) => post('/authheader/delete', { text }, { authorization }),
    nameOfAdded: 'token',
  };
}

async function theirs(node, folder) {
  const { url, pid, jwt, key, makerCookie, listerCookie } = await startBetterAuth(node, folder, LISTED);
  return {
    url,
    pid,
    checkJwt: guardedGet(jwt, '/check-jwt'),
    checkKey: { path: '/check-key', headers: { 'x-api-key': key } },
    add: (name) => post('/add', { name }, { cookie: makerCookie }),
    list: { path: '/list', headers: { cookie: listerCookie } },
    remove: (keyId) => post('/delete', { keyId }, { cookie: makerCookie }),
    nameOfAdded: 'id',
  };
}
