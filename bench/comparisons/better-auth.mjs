import { interleave, PROCESSES, ratio, startProcesses, warmUp } from '../rounds.mjs';
import { startBetterAuth } from '../servers/others.mjs';
import { addAuthHeaders, makePeople, newFolder, startPersonas } from '../servers/personas.mjs';
import { number, table, times } from '../table.mjs';
import { additions, CONNECTIONS, removals, repeated, requestsOfBetterAuth, requestsOfPersonas } from './jobs.mjs';

/** The number of keys of the listing user. */
const LISTED = 5;
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

function contestantsOf({ server, requests }, folder) {
  const kept = [];
  return [
    repeated(server, folder, requests.checkJwt),
    repeated(server, folder, requests.checkKey),
    additions(server, requests, kept),
    repeated(server, folder, requests.list),
    removals(server, requests, kept),
  ];
}

async function ours(node, folder) {
  const server = await startPersonas({ node, folder: newFolder(folder) });
  const [maker, lister] = await makePeople(server.url, 2);
  await addAuthHeaders(server.url, [lister], LISTED);
  const [header] = await addAuthHeaders(server.url, [maker], 1);
  return { server, requests: requestsOfPersonas(maker, lister, header) };
}

async function theirs(node, folder) {
  const server = await startBetterAuth(node, folder, LISTED);
  return { server, requests: requestsOfBetterAuth(server) };
}
