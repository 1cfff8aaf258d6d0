import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { answerTo, post } from '../http-client.mjs';
import { sendEach, sendFor } from '../load/load.mjs';
import { interleave, ratio, warmUp } from '../rounds.mjs';
import {
  addAuthHeaders,
  bearer,
  guardedGet,
  loginOf,
  makePeople,
  newFolder,
  startPersonas,
} from '../servers/personas.mjs';
import { withPostgres, wordsOf } from '../servers/postgres.mjs';
import { number, table, times } from '../table.mjs';
import { CONNECTIONS, filling, LOGIN_CONNECTIONS } from './jobs.mjs';
import { coldRun, forgettingOf, PASS, together } from './stored.mjs';

const PEOPLE = 16;
const FIRST_ADDITIONS = 200;
const FIRST_LOGINS = 20;
/** Two workers, compared with one. */
const GOAL = 1.8;
const JOBS = {
  warm: 'check an auth header, remembered',
  cold: 'check an auth header, not remembered',
  login: 'log in',
  add: 'add one',
};

/** Several instances on one PostgreSQL, and several workers on either database, compared with one. */
export function instances(context) {
  return withPostgres((database) => compare(context, database));
}

async function compare(context, postgres) {
  const { progress, ...how } = context;
  const groups = await groupsOf(context, postgres);
  const contestants = {};
  for (const { name, jobs } of groups) {
    for (const job of Object.keys(JOBS)) contestants[`${job}, ${name}`] = jobs[job];
  }
  await warmUp(contestants, progress, 2);
  const results = await interleave(contestants, { ...how, progress });

  const lines = Object.entries(JOBS).flatMap(([job, words]) =>
    groups.map(({ name, base, processes, goal }) => {
      const [result, one] = [name, base].map((group) => results[`${job}, ${group}`]);
      const isBase = name === base;
      return [
        `${words}: ${name}`,
        number(result.perSecond),
        isBase ? '' : times(ratio(result, one, 'perSecond')),
        number(result.cpuMicros),
        isBase ? '' : times(processes * ratio(one, result, 'cpuMicros')),
        goal,
      ];
    }),
  );
  return `### Instances and workers

Several servers on one PostgreSQL, and \`WORKERS=2\` on either database, compared with one server of one worker. The load is as above, in equal
parts. ${wordsOf(postgres, 'on the same core as the servers')}
All servers and workers
share that core, so that the answers a second cannot grow. "By CPU" is what they would grow to where each process has a core of its own:
the number of processes times the ratio of the processor time of an answer, which contains what the processes cost each other. Here that
is also the taking of turns on one core, which a process with a core of its own is spared: the true number is higher.

${table(['', 'a second', 'to one', 'CPU µs', 'by CPU', 'goal'], lines)}`;
}

/** The groups of servers. Each is on a database of its own, so that none evicts what another has cached. */
async function groupsOf(context, { pids, newDatabase }) {
  const groups = [];
  const group = async (name, base, processes, goal, { count = 1, environment = {}, database }) => {
    context.progress(`starting ${name}`);
    groups.push({ name, base, processes, goal, jobs: await start(context, { count, environment, ...database }) });
  };
  const onPostgres = async () => {
    const url = await newDatabase();
    return { database: { url, pids } };
  };
  const one = 'one instance on PostgreSQL';
  await group(one, one, 1, '', await onPostgres());
  await group('two instances', one, 2, '', { count: 2, ...(await onPostgres()) });
  await group('three instances', one, 3, '', { count: 3, ...(await onPostgres()) });
  const environment = { WORKERS: '2' };
  await group('two workers on PostgreSQL', one, 2, `≥ ${GOAL}×`, { environment, ...(await onPostgres()) });
  const sqlite = 'one worker on SQLite';
  await group(sqlite, sqlite, 1, '', {});
  await group('two workers on SQLite', sqlite, 2, `≥ ${GOAL}×`, { environment });
  return groups;
}

async function start({ node, folder: base }, { count, environment, url, pids = [] }) {
  const servers = [];
  const database = url === undefined ? {} : { DATABASE_URL: url };
  let folder;
  while (servers.length < count) {
    folder = newFolder(base);
    const own = join(folder, 'load');
    mkdirSync(own);
    const options = { node, folder, environment: { ...environment, ...database } };
    const { url: at, pid } = await startPersonas(options);
    servers.push({ url: at, pid: [pid, ...pids], folder: own });
  }
  const [{ url: first }] = servers;
  const people = await makePeople(first, PEOPLE);
  const tokens = await addAuthHeaders(first, people, PASS);
  const [checked] = tokens;
  const logins = people.map((person) => loginOf(person));
  const authorization = bearer(people[0].jwt);
  for (const { url: at } of servers) await answerTo(at, guardedGet(checked));

  const pid = [...new Set(servers.flatMap((server) => server.pid))];
  const spread = (connections, send) => loadAll(servers, connections, send);
  return {
    warm: {
      pid,
      run: (seconds) =>
        spread(CONNECTIONS, ({ url: at, folder: own }, connections) =>
          sendFor(own, { url: at, requests: [guardedGet(checked)], connections, seconds }),
        ),
    },
    cold: { pid, run: coldRun(servers, forgettingOf(url === undefined ? { folder } : { url }), tokens) },
    login: {
      pid,
      run: filling(FIRST_LOGINS, (total) =>
        spread(LOGIN_CONNECTIONS, ({ url: at }, connections) => {
          const requests = Array.from({ length: Math.ceil(total / count) }, (_, index) => logins[index % PEOPLE]);
          return sendEach({ url: at, requests, connections });
        }),
      ),
    },
    add: {
      pid,
      run: filling(FIRST_ADDITIONS, (total) =>
        spread(CONNECTIONS, ({ url: at }, connections) => {
          const add = (index) => post('/authheader/add', { name: `added ${index}` }, { authorization });
          const requests = Array.from({ length: Math.ceil(total / count) }, (_, index) => add(index));
          return sendEach({ url: at, requests, connections });
        }),
      ),
    },
  };
}

/** Loads all servers at once, with equal parts of the connections. */
async function loadAll(servers, connections, send) {
  const each = Math.ceil(connections / servers.length);
  return together(await Promise.all(servers.map((server) => send(server, each))));
}
