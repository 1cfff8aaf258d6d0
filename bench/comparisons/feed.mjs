import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicrosOf } from '../cpu-time.mjs';
import { answerTo } from '../http-client.mjs';
import { interleave } from '../rounds.mjs';
import { guardedGet, logInAdministrator, newFolder, startPersonas } from '../servers/personas.mjs';
import { query, withPostgres, wordsOf } from '../servers/postgres.mjs';
import { number, table } from '../table.mjs';

const SECONDS = 30;
/** Its runs are longer than others. */
const ROUNDS = 2;
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
  const contestants = {};
  for (const [database, server] of Object.entries(servers)) {
    const guarded = guardedGet(await logInAdministrator(server.url));
    const pid = database === 'SQLite' ? server.pid : [server.pid, ...postgres.pids];
    for (const [what, request] of Object.entries({ guarded, public: { path: '/health/live' } })) {
      contestants[`${database}, ${what}`] = { pid, prepare: () => sleep(QUIET_MS), run: () => ask(server, request) };
    }
  }
  const results = await interleave(contestants, { rounds: Math.min(rounds, ROUNDS), seconds: SECONDS, progress });

  const lines = Object.keys(servers).map((database) => {
    const [guarded, open] = ['guarded', 'public'].map((what) => results[`${database}, ${what}`]);
    const percent = (share) => `${number(share * 100)} %`;
    return [
      database,
      percent(guarded.busy),
      percent(open.busy),
      percent(guarded.busy - open.busy),
      `< ${GOAL_PERCENT} %`,
      percent(guarded.serverBusy - open.serverBusy),
    ];
  });
  return `### The feed of revocations

An instance reads four times a second what others have revoked, while somebody asks. The processor time of ${SECONDS} s in which it gets one
\`GET /user/me\` a second with a JWT that it remembers, less that of one \`GET /health/live\` a second, for which it reads nothing; as a share of a
core. ${wordsOf(postgres, 'on the same core as the server')} Medians of at most ${ROUNDS} rounds.

${table(['', 'guarded', 'public', 'the feed', 'goal', 'of this in the instance'], lines)}`;
}

/** One request a second. */
async function ask({ url, pid }, request) {
  const before = cpuMicrosOf(pid);
  for (let second = 0; second < SECONDS; second++) {
    await answerTo(url, request);
    await sleep(SECOND_MS);
  }
  return { answers: SECONDS, seconds: SECONDS, serverBusy: (cpuMicrosOf(pid) - before) / (SECONDS * 1e6) };
}
