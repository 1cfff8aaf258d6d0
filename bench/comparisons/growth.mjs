import sqlite3 from 'sqlite3';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpuMicrosOf, settle } from '../cpu-time.mjs';
import { answerTo } from '../http-client.mjs';
import { sendEach } from '../load/load.mjs';
import { stop } from '../processes.mjs';
import { interleave, PROCESSES, ratio, startProcesses, warmUp } from '../rounds.mjs';
import { databaseOf, guardedGet, newFolder, startPersonas } from '../servers/personas.mjs';
import { number, share, table } from '../table.mjs';
import { seedAuthHeaders } from './seed.mjs';

const SIZES = [1000, 1_000_000];
/** The number of requests between two evictions of the cache: the number of auth headers of the smaller server. */
const PASS = 1000;
/** The number of tokens of the larger server in use, spread evenly. */
const SAMPLE = 100_000;
const PASSES = 3;
const CONNECTIONS = 16;
/** Longer than the poll interval (four a second) in which the server detects writes of other processes. */
const HEARD_MS = 400;
const GOAL = 1.2;

/** The cost of a check on a cold cache, with few and with many stored auth headers. */
export async function growth({ node, folder, kept, progress, ...how }) {
  const contestants = {};
  for (const size of SIZES) {
    kept[size] ??= await seeded(node, folder, size, progress);
    const { folder: own, tokens } = kept[size];
    const few = tokens.slice(0, PASS);
    const inRound = await startProcesses(async () => {
      const server = await startPersonas({ node, folder: own });
      await answerTo(server.url, guardedGet(tokens[0]));
      const warm = () => pass(server, few);
      return { cold: { run: coldRun(server, own, tokens) }, warm: { prepare: warm, run: warm } };
    });
    for (const state of ['cold', 'warm']) {
      contestants[`${size}, ${state}`] = (round) => inRound(round)[state];
    }
  }
  await warmUp(contestants, progress, PROCESSES);
  const results = await interleave(contestants, { ...how, progress });

  const base = results[`${SIZES[0]}, cold`];
  const lines = SIZES.flatMap((size) =>
    ['cold', 'warm'].map((state) => {
      const result = results[`${size}, ${state}`];
      const isAim = size !== SIZES[0] && state === 'cold';
      return [
        `${number(size)} stored, cache ${state}`,
        number(result.cpuMicros),
        state === 'cold' ? share(ratio(result, base, 'cpuMicros')) : '',
        isAim ? `≤ ${GOAL}` : '',
        number(result.perSecond),
      ];
    }),
  );
  for (const size of SIZES) {
    if (results[`${size}, cold`].cpuMicros <= results[`${size}, warm`].cpuMicros) {
      throw new Error('The cache was not cold: these numbers say nothing.');
    }
  }
  return `### Growth

\`GET /user/me\` with auth headers. Each is used once, then the cache is emptied, as \`personas revoke-everything\` empties it.
They are sent ${number(PASS)} at a time over ${CONNECTIONS} connections, to ${PROCESSES} processes on each database in turn, one round each. In the larger
database they are spread over all rows. The cost is the processor time of a response.

${table(['', 'CPU µs', 'to the first', 'goal', 'a second'], lines)}`;
}

/** Creates a folder with a database that contains auth headers. */
async function seeded(node, base, size, progress) {
  progress(`storing ${number(size)} auth headers`);
  const folder = newFolder(base);
  // The first start creates the tables and the administrator.
  const { child } = await startPersonas({ node, folder });
  await stop(child);
  return { folder, tokens: await seedAuthHeaders(folder, size, Math.min(size, SAMPLE)) };
}

function coldRun(server, folder, tokens) {
  let next = 0;
  return async () => {
    const outcomes = [];
    for (let count = 0; count < PASSES; count++) {
      if (next + PASS > tokens.length) next = 0;
      await emptyCache(folder);
      outcomes.push(await pass(server, tokens.slice(next, next + PASS)));
      next += PASS;
    }
    const sum = (what) => outcomes.reduce((total, outcome) => total + outcome[what], 0);
    return { answers: sum('answers'), seconds: sum('seconds'), cpuMicros: sum('cpuMicros') / PASSES };
  };
}

/** Sends each token once. */
async function pass({ url, pid }, tokens) {
  await settle(pid);
  const before = cpuMicrosOf(pid);
  const { answers, seconds } = await sendEach({
    url,
    requests: tokens.map((token) => guardedGet(token)),
    connections: CONNECTIONS,
  });
  const cpuMicros = before === undefined ? undefined : (cpuMicrosOf(pid) - before) / answers;
  return { answers, seconds, cpuMicros };
}

/** Makes the server forget every credential, as `personas revoke-everything` does. */
async function emptyCache(folder) {
  const database = new sqlite3.Database(databaseOf(folder));
  const exec = promisify(database.exec.bind(database));
  await exec(
    "PRAGMA busy_timeout = 5000; INSERT INTO revocation (at, kind) VALUES (strftime('%FT%T.000Z'), 'everything')",
  );
  await promisify(database.close.bind(database))();
  await sleep(HEARD_MS);
}
