import process from 'node:process';
import { answerTo, ask, inTurns } from '../http-client.mjs';
import { sendFor } from '../load/load.mjs';
import { interleave, ratio, startProcesses, warmUp } from '../rounds.mjs';
import {
  addAuthHeaders,
  freePort,
  guardedGet,
  logInAdministrator,
  makePeople,
  newFolder,
  startPersonas,
} from '../servers/personas.mjs';
import { median } from '../statistics.mjs';
import { number, share, table } from '../table.mjs';
import { seeded } from './stored.mjs';

const CONNECTIONS = 32;
/** Two processes of one build differ by more than what is measured, so there are many. */
const PAIRS = 8;
const GOAL = 0.97;
const REMEMBERED = 100_000;
const SCRAPES = 50;
const SCRAPE_GOAL_MS = 5;
const MAX_TURNS = 4;
/** The first ones compile. */
const WARM_UP_SCRAPES = 20;
/** How often what metrics add is done in a round, and in how many rounds. */
const REPEATED = 200_000;
const REPEATED_ROUNDS = 7;
const SERVERS = ['without', 'with'];
/** What is asked besides, so that a scrape has as many lines as that of a server in use. */
const ROUTES = [
  '/user/me',
  '/user/sessions',
  '/user/factors',
  '/user/list',
  '/authheader/list?limit=1',
  '/authheader/all?limit=1',
  '/auth/verify?scope=a:b',
  '/auth/verify?role=nobody',
  '/audit/list',
  '/signingkey/list',
  '/health/live',
  '/health/ready',
  '/.well-known/jwks.json',
  '/docs',
  '/console/login',
  '/nowhere',
];

/** What the metrics cost: requests with and without them, and a scrape. */
export async function metrics(context) {
  const { node, folder, progress, ...how } = context;
  const scrape = await scrapes(context);
  progress('measuring what is added');
  const added = await addedMicros();
  const inRound = await startProcesses((started) => {
    progress(`making credentials: ${started + 1} of ${PAIRS}`);
    return startPair(node, folder);
  }, PAIRS);
  const names = Object.keys(inRound(0).with.requests);
  const scrapeAll = async () => {
    for (let pair = 0; pair < PAIRS; pair++) await answerTo(inRound(pair).with.metricsUrl, { path: '/metrics' });
  };
  await scrapeAll();
  const contestantsOf = (name) =>
    Object.fromEntries(
      SERVERS.map((kind) => [
        `${name}, ${kind}`,
        (round) => {
          const { url, pid, requests } = inRound(round)[kind];
          const job = { url, requests: [requests[name]], connections: CONNECTIONS };
          return { pid, run: (seconds) => sendFor(folder, { ...job, seconds }) };
        },
      ]),
    );
  // All of them first: what is measured first would else be measured in code that V8 still changes.
  for (const name of names) await warmUp(contestantsOf(name), progress, PAIRS);
  const results = {};
  // One request after the other, so that what is compared runs in neighbouring seconds: the machine is faster in some than in others.
  for (const name of names) {
    await scrapeAll();
    Object.assign(results, await interleave(contestantsOf(name), { ...how, progress }));
  }
  const lines = names.map((name) => {
    const [without, measured] = SERVERS.map((kind) => results[`${name}, ${kind}`]);
    return [
      name,
      number(without.cpuMicros),
      number(measured.cpuMicros),
      share(ratio(without, measured, 'cpuMicros')),
      share(ratio(measured, without, 'perSecond')),
      `≥ ${GOAL}`,
    ];
  });
  return `### Metrics

${CONNECTIONS} connections send one request after the other to ${PAIRS} pairs of servers in turn, one with \`METRICS_PORT\` and one without.
"CPU µs" is the processor time of a response. A scrape comes before the runs of each request, and is measured by itself. One comes before the
warm-up: the first of all has V8 compile the code of all requests again, since it sees a second kind of connection, and those of the next second take half as long again. Throughput is that of the one with metrics, divided by that of the other: by processor time, and as the load saw it.

${table(['request', 'CPU µs without', 'with', 'throughput by CPU', 'throughput', 'goal'], lines)}

Two processes of one build may differ by more than the goal. So what metrics add is measured by itself as well, in one process: a request that the
fast path does not answer, and a statement that it makes. The fast path has the same counts with and without metrics.

${table(
  ['', 'CPU µs without', 'with'],
  Object.entries(added).map(([what, { without, measured }]) => [what, number(without), number(measured)]),
)}

With ${number(REMEMBERED)} credentials remembered, a scrape takes inside the server, of ${SCRAPES}, at ${number(scrape.series)} lines of text:

${table(
  ['', 'ms', 'goal'],
  [
    ['median', number(scrape.medianMs), `< ${SCRAPE_GOAL_MS}`],
    ['maximum', number(scrape.maxMs), `< ${SCRAPE_GOAL_MS}`],
  ],
)}`;
}

/** The processor time that metrics add to a request and to a statement, without a server around them. */
async function addedMicros() {
  const [{ Measures }, { RequestMetrics }, { DatabaseMetrics }, { requestEnd }, { queryEnd }, { timed }] =
    await Promise.all(
      [
        'metrics/measures',
        'metrics/request-metrics',
        'metrics/database-metrics',
        'http/request-end',
        'database/database-signals',
        'telemetry/timed',
      ].map((module) => import(`../../dist/${module}.js`)),
    );
  const end = { request: { method: 'GET' }, reply: { statusCode: 200 }, route: '/user/sessions', durationMs: 0.5 };
  const acts = {
    'a request': () => requestEnd.isWatched && requestEnd.send(end),
    'a statement': () =>
      timed(
        queryEnd,
        (durationMs) => ({ kind: 'look-up', durationMs }),
        () => Promise.resolve(),
      ),
  };
  const measureAll = async () => {
    const results = {};
    for (const [what, act] of Object.entries(acts)) results[what] = await microsOf(act);
    return results;
  };
  const without = await measureAll();
  new RequestMetrics(new Measures(), { answered: () => [] });
  new DatabaseMetrics(new Measures(), { connections: () => undefined }, { record: {} });
  const measured = await measureAll();
  return Object.fromEntries(
    Object.keys(acts).map((what) => [what, { without: without[what], measured: measured[what] }]),
  );
}

async function microsOf(act) {
  const rounds = [];
  for (let round = 0; round <= REPEATED_ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let count = 0; count < REPEATED; count++) await act();
    const { user, system } = process.cpuUsage(before);
    // The first one compiles.
    if (round > 0) rounds.push((user + system) / REPEATED);
  }
  return median(rounds);
}

/** Two servers with the same credentials of their own. */
async function startPair(node, folder) {
  const pair = {};
  for (const kind of SERVERS) {
    const metricsPort = kind === 'with' ? await freePort() : undefined;
    const server = await startServer(node, newFolder(folder), metricsPort);
    const [person] = await makePeople(server.url, 1);
    const [token] = await addAuthHeaders(server.url, [person], 1);
    const requests = {
      '`GET /user/me`, a JWT': guardedGet(person.jwt),
      '`GET /user/me`, an auth header': guardedGet(token),
      '`GET /auth/verify`, a JWT': guardedGet(person.jwt, '/auth/verify'),
      '`GET /auth/verify`, an auth header': guardedGet(token, '/auth/verify'),
      '`GET /user/sessions`, a JWT': guardedGet(person.jwt, '/user/sessions'),
    };
    for (const request of Object.values(requests)) await answerTo(server.url, request);
    pair[kind] = { ...server, requests };
  }
  return pair;
}

async function startServer(node, folder, metricsPort) {
  const environment = metricsPort === undefined ? {} : { METRICS_PORT: String(metricsPort) };
  const metricsUrl = metricsPort === undefined ? undefined : `http://127.0.0.1:${metricsPort}`;
  return { ...(await startPersonas({ node, folder, environment })), metricsUrl };
}

/** How long scrapes take inside a server that remembers many credentials, and has answered many kinds of requests. */
async function scrapes({ node, progress, ...context }) {
  const { folder, tokens } = await seeded({ node, progress, ...context }, REMEMBERED);
  const { url, metricsUrl } = await startServer(node, folder, await freePort());
  progress(`having ${number(REMEMBERED)} credentials remembered`);
  // Again, where the server has forgotten some meanwhile: on a busy machine it may have missed what others revoked.
  let remembered = 0;
  for (let turn = 0; turn < MAX_TURNS && remembered < REMEMBERED; turn++) {
    await inTurns(tokens.length, (index) => answerTo(url, guardedGet(tokens[index])), 16);
    remembered = valueIn((await answerTo(metricsUrl, { path: '/metrics' })).text, 'personas_credentials_remembered');
  }
  if (remembered < REMEMBERED) throw new Error(`Only ${remembered} credentials are remembered`);
  const jwt = await logInAdministrator(url);
  for (const path of ROUTES)
    for (const credential of [jwt, tokens[0], 'none']) await ask(url, guardedGet(credential, path));
  const milliseconds = [];
  let text = '';
  for (let count = 0; count <= WARM_UP_SCRAPES + SCRAPES; count++) {
    ({ text } = await answerTo(metricsUrl, { path: '/metrics' }));
    // It tells of the scrape before.
    if (count > WARM_UP_SCRAPES) milliseconds.push(1000 * valueIn(text, 'personas_scrape_duration_seconds'));
  }
  return {
    medianMs: median(milliseconds),
    maxMs: Math.max(...milliseconds),
    series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
  };
}

function valueIn(text, name) {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)[1]);
}
