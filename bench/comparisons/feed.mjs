import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicrosOf } from '../cpu-time.mjs';
import { answerTo } from '../http-client.mjs';
import { interleave } from '../rounds.mjs';
import { guardedGet, logInAdministrator, newFolder, startPersonas } from '../servers/personas.mjs';
import { query, withPostgres, wordsOf } from '../servers/postgres.mjs';
import { median } from '../statistics.mjs';
import { number, table } from '../table.mjs';

const SECONDS = 30;
/** Its runs are longer than others. */
const ROUNDS = 3;
/** Longer than the feed reads on after the last request that asked for it. */
const QUIET_MS = 6000;
const SECOND_MS = 1000;
const GOAL_PERCENT = 1;

/** What an instance spends on reading the revocations of others while it is used. */
export function feed(context) {
  return withPostgres((database) => compare(context, database));
}

async function compare({ node, folder, progress, rounds }, postgres) {
  const url = await postgres.newDatabase();
  const servers = {
    SQLite: await startPersonas({ node, folder: newFolder(folder) }),
    PostgreSQL: await startPersonas({ node, folder: newFolder(folder), environment: { DATABASE_URL: url } }),
  };
  await query(url, 'VACUUM ANALYZE');
  // Both servers at once: they idle, and each one's time is its own.
  const pids = {
    SQLite: servers.SQLite.pid,
    'PostgreSQL, instance': servers.PostgreSQL.pid,
    ...(postgres.pids.length === 0 ? {} : { 'PostgreSQL, database': postgres.pids }),
  };
  const guarded = {};
  for (const [name, server] of Object.entries(servers))
    guarded[name] = guardedGet(await logInAdministrator(server.url));
  const run = (requestTo) => async () => {
    const before = Object.values(pids).map(cpuMicrosOf);
    await Promise.all(Object.entries(servers).map(([name, { url: at }]) => ask(at, requestTo(name))));
    const shares = Object.entries(pids).map(([what, pid], index) => [
      what,
      (cpuMicrosOf(pid) - before[index]) / (SECONDS * 1e6),
    ]);
    return { answers: SECONDS, seconds: SECONDS, ...Object.fromEntries(shares) };
  };
  const prepare = () => sleep(QUIET_MS);
  const contestants = {
    guarded: { prepare, run: run((name) => guarded[name]) },
    public: { prepare, run: run(() => ({ path: '/health/live' })) },
  };
  const results = await interleave(contestants, { rounds: Math.min(rounds, ROUNDS), seconds: SECONDS, progress });

  const percent = (share) => `${number(share * 100)} %`;
  const lines = Object.keys(pids).map((what) => {
    const differences = results.guarded.rounds.map(
      (outcome, round) => outcome[what] - results.public.rounds[round][what],
    );
    return [
      what,
      percent(results.guarded[what]),
      percent(results.public[what]),
      percent(median(differences)),
      `< ${GOAL_PERCENT} %`,
    ];
  });
  return `### The feed of revocations

An instance reads four times a second what others have revoked, while somebody asks. The processor time of ${SECONDS} s in which it gets one
\`GET /user/me\` a second with a JWT that it remembers, less that of one \`GET /health/live\` a second, for which it reads nothing; as a share of a
core. ${wordsOf(postgres, 'on the same core as the server')} Medians of at most ${ROUNDS} rounds.

${table(['', 'guarded', 'public', 'the feed', 'goal'], lines)}`;
}

/** One request a second. */
async function ask(url, request) {
  for (let second = 0; second < SECONDS; second++) {
    await answerTo(url, request);
    await sleep(SECOND_MS);
  }
}
