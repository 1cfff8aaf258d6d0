import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { settle } from '../cpu-time.mjs';
import { answerTo } from '../http-client.mjs';
import { interleave, ratio, startProcesses, warmUp } from '../rounds.mjs';
import { startBetterAuth } from '../servers/others.mjs';
import {
  addAuthHeaders,
  DIST,
  loginOf,
  makePeople,
  newFolder,
  SECRET_KEY,
  startPersonas,
} from '../servers/personas.mjs';
import { query, withPostgres, wordsOf } from '../servers/postgres.mjs';
import { number, share, table, times } from '../table.mjs';
import {
  additions,
  CONNECTIONS,
  LOGIN_CONNECTIONS,
  logins,
  removals,
  repeated,
  requestsOfBetterAuth,
  requestsOfPersonas,
} from './jobs.mjs';
import { CONNECTIONS as COLD_CONNECTIONS, coldRun, forgettingOf, PASS, seeded } from './stored.mjs';

const SIZES = [1000, 1_000_000];
/** Fewer than usual, because there are six servers. */
const PROCESSES = 2;
const PEOPLE = 16;
const LISTED = 5;
const GOAL_OF_SQLITE = 0.7;
const GOAL_OF_BETTER_AUTH = 3;
const JOBS = {
  warm: { words: 'check an auth header, remembered', ofSqlite: 0.95 },
  cold: { words: 'check an auth header, not remembered', ofSqlite: GOAL_OF_SQLITE, ofBetterAuth: GOAL_OF_BETTER_AUTH },
  login: { words: 'log in', ofSqlite: GOAL_OF_SQLITE, ofBetterAuth: GOAL_OF_BETTER_AUTH },
  add: { words: 'add one', ofSqlite: GOAL_OF_SQLITE, ofBetterAuth: GOAL_OF_BETTER_AUTH },
  list: { words: `list ${LISTED}`, ofSqlite: GOAL_OF_SQLITE, ofBetterAuth: GOAL_OF_BETTER_AUTH },
  remove: { words: 'delete one', ofSqlite: GOAL_OF_SQLITE, ofBetterAuth: GOAL_OF_BETTER_AUTH },
};

/** PostgreSQL compared with SQLite, and with better-auth on the same PostgreSQL. */
export function postgres(context) {
  return withPostgres((database) => compare(context, database));
}

async function compare(context, postgres) {
  const { progress, ...how } = context;
  const contestants = {};
  for (const size of SIZES) {
    const starts = {
      sqlite: await onSqlite(context, size),
      postgres: await onPostgres(context, postgres, size),
      betterAuth: await onBetterAuth(context, postgres, size),
    };
    for (const [whose, start] of Object.entries(starts)) {
      const inRound = await startProcesses(start, PROCESSES);
      for (const job of Object.keys(JOBS)) contestants[nameOf(job, size, whose)] = (round) => inRound(round)[job];
    }
  }
  await warmUp(contestants, progress, PROCESSES);
  const results = await interleave(contestants, { ...how, progress });

  const lines = Object.entries(JOBS).flatMap(([job, { words, ofSqlite, ofBetterAuth }]) =>
    SIZES.map((size) => {
      const [sqlite, own, other] = ['sqlite', 'postgres', 'betterAuth'].map(
        (whose) => results[nameOf(job, size, whose)],
      );
      return [
        words,
        number(size),
        number(own.perSecond),
        number(sqlite.perSecond),
        share(ratio(own, sqlite, 'perSecond')),
        `≥ ${ofSqlite}`,
        number(other.perSecond),
        times(ratio(own, other, 'perSecond')),
        ofBetterAuth === undefined ? '' : `≥ ${ofBetterAuth}×`,
        number(own.cpuMicros),
        share(ratio(sqlite, own, 'cpuMicros')),
        times(ratio(other, own, 'cpuMicros')),
      ];
    }),
  );
  const head = [
    ...['job', 'stored', 'a second', 'SQLite', 'of SQLite', 'goal', 'better-auth', 'ratio', 'goal'],
    ...['CPU µs', 'of SQLite', 'ratio'],
  ];
  return `### PostgreSQL

The same jobs on PostgreSQL, on SQLite, and by better-auth on the same PostgreSQL through \`pg\`, the driver that it documents, set up
as above. ${wordsOf(postgres, 'on the same core as the server')}
"Stored" is the number of auth headers, or of better-auth's API keys, in the table. The PostgreSQL database is a copy of the SQLite one, by
\`personas database copy\`. An auth header that is not remembered is the first of ${number(PASS)} after \`personas revoke-everything\`, over
${COLD_CONNECTIONS} connections; better-auth remembers none. One that is remembered runs no statement: PostgreSQL is idle when the run begins, and its time does
not count. Logins are of ${PEOPLE} users over ${LOGIN_CONNECTIONS} connections, each with its default password hash: Argon2id here,
scrypt in better-auth. The other jobs arrive over ${CONNECTIONS} connections, at ${PROCESSES} processes of each server in turn, one round each.

${table(head, lines)}`;
}

function nameOf(job, size, whose) {
  return `${job}, ${whose}, ${size} stored`;
}

async function onSqlite(context, size) {
  const { folder: own, tokens } = await seeded(context, size);
  return starting(context, { folder: own, tokens, forget: forgettingOf({ folder: own }) });
}

async function onPostgres(context, { pids, newDatabase }, size) {
  const { url, tokens } = await copied(context, newDatabase, size);
  const environment = { DATABASE_URL: url };
  return starting(context, {
    folder: newFolder(context.folder),
    environment,
    pids,
    tokens,
    forget: forgettingOf({ url }),
  });
}

/** An own copy of the SQLite database on PostgreSQL. */
export async function copied(context, newDatabase, size) {
  const { folder: source, tokens } = await seeded(context, size);
  const url = await newDatabase();
  context.progress(`copying ${number(size)} auth headers to PostgreSQL`);
  execFileSync(context.node, [join(DIST, 'cli.js'), 'database', 'copy', '--to', url], {
    cwd: source,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', SECRET_KEY },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // What autovacuum would do later, in the middle of a run.
  await query(url, 'VACUUM ANALYZE');
  await query(url, 'CHECKPOINT');
  return { url, tokens };
}

/** @returns how to start one server more on a database. */
async function starting({ node, folder }, { folder: own, environment = {}, pids = [], tokens, forget }) {
  let shared;
  return async () => {
    const { url, pid } = await startPersonas({ node, folder: own, environment });
    const server = { url, pid: [pid, ...pids] };
    shared ??= await peopleAt(url);
    const { people, header } = shared;
    const requests = requestsOfPersonas(people[0], people[1], header);
    for (const request of [requests.checkKey, requests.list]) await answerTo(url, request);
    const kept = [];
    return {
      // No statement runs in it. What PostgreSQL still does by then, such as autovacuum, is the work of other jobs.
      warm: { ...repeated({ url, pid }, folder, requests.checkKey), prepare: () => settle(pids) },
      cold: { pid: server.pid, run: coldRun([server], forget, tokens) },
      login: logins(
        server,
        people.map((person) => loginOf(person)),
      ),
      add: additions(server, requests, kept),
      list: repeated(server, folder, requests.list),
      remove: removals(server, requests, kept),
    };
  };
}

async function peopleAt(url) {
  const people = await makePeople(url, PEOPLE);
  await addAuthHeaders(url, [people[1]], LISTED);
  const [header] = await addAuthHeaders(url, [people[0]], 1);
  return { people, header };
}

async function onBetterAuth({ node, folder, progress }, { pids, newDatabase }, size) {
  const url = await newDatabase();
  let isSeeded = false;
  return async () => {
    const started = await startBetterAuth(node, folder, LISTED, url);
    if (!isSeeded) {
      progress(`storing ${number(size)} API keys`);
      await seedApiKeys(url, size);
      isSeeded = true;
    }
    const server = { url: started.url, pid: [started.pid, ...pids] };
    const requests = requestsOfBetterAuth(started);
    const kept = [];
    return {
      warm: repeated(server, folder, requests.checkKey),
      cold: repeated(server, folder, requests.checkKey),
      login: logins(server, [requests.login]),
      add: additions(server, requests, kept),
      list: repeated(server, folder, requests.list),
      remove: removals(server, requests, kept),
    };
  };
}

/** Stores API keys of another user, as better-auth would, but faster. */
async function seedApiKeys(url, count) {
  await query(
    url,
    `INSERT INTO apikey SELECT made.* FROM (SELECT * FROM apikey LIMIT 1) AS one, generate_series(1, CAST($1 AS integer)) AS place,
       LATERAL jsonb_populate_record(CAST(one AS apikey), jsonb_build_object(
         'id', md5(concat('id', place)), 'key', md5(concat('key', place)), 'referenceId', 'another')) AS made`,
    [count],
  );
  await query(url, 'VACUUM ANALYZE');
  await query(url, 'CHECKPOINT');
}
