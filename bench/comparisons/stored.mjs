import sqlite3 from 'sqlite3';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpuMicrosOf, settle } from '../cpu-time.mjs';
import { sendEach } from '../load/load.mjs';
import { stop } from '../processes.mjs';
import { databaseOf, guardedGet, newFolder, startPersonas } from '../servers/personas.mjs';
import { query } from '../servers/postgres.mjs';
import { number } from '../table.mjs';
import { seedAuthHeaders } from './seed.mjs';

/** The number of requests between two evictions of the cache. */
export const PASS = 1000;
/** The connections of a pass. */
export const CONNECTIONS = 16;
/** The number of tokens in use of many, spread evenly. */
const SAMPLE = 100_000;
const PASSES = 3;
/** Longer than the poll interval (four a second) in which the server detects writes of other processes. */
const HEARD_MS = 400;
const FORGET = "INSERT INTO revocation (at, kind) VALUES ($1, 'everything')";

/** Creates a folder with a SQLite database that contains auth headers, once for all comparisons. @returns `{ folder, tokens }` */
export async function seeded({ node, folder: base, kept, progress }, size) {
  kept[size] ??= await seed(node, base, size, progress);
  return kept[size];
}

async function seed(node, base, size, progress) {
  progress(`storing ${number(size)} auth headers`);
  const folder = newFolder(base);
  // The first start creates the tables and the administrator.
  const { child } = await startPersonas({ node, folder });
  await stop(child);
  return { folder, tokens: await seedAuthHeaders(folder, size, Math.min(size, SAMPLE)) };
}

/**
 * A run that sends tokens once each, after the servers have forgotten every credential.
 * @param servers `{ url, pid }` each, which get equal parts; `pid` as in `cpuMicrosOf`
 * @param forget see {@link forgettingOf}
 */
export function coldRun(servers, forget, tokens) {
  let next = 0;
  return async () => {
    const outcomes = [];
    for (let count = 0; count < PASSES; count++) {
      if (next + PASS > tokens.length) next = 0;
      await forget();
      outcomes.push(await pass(servers, tokens.slice(next, next + PASS)));
      next += PASS;
    }
    const sum = (what) => outcomes.reduce((total, outcome) => total + outcome[what], 0);
    return { answers: sum('answers'), seconds: sum('seconds'), cpuMicros: sum('cpuMicros') / PASSES };
  };
}

/** Sends each token once, to one of the servers. */
export async function pass(servers, tokens) {
  const pids = [...new Set(servers.flatMap(({ pid }) => pid))];
  await settle(pids);
  const before = cpuMicrosOf(pids);
  const size = Math.ceil(tokens.length / servers.length);
  const outcomes = await Promise.all(
    servers.map(({ url }, index) => {
      const requests = tokens.slice(index * size, (index + 1) * size).map((token) => guardedGet(token));
      return sendEach({ url, requests, connections: Math.ceil(CONNECTIONS / servers.length) });
    }),
  );
  const { answers, seconds } = together(outcomes);
  const cpuMicros = before === undefined ? undefined : (cpuMicrosOf(pids) - before) / answers;
  return { answers, seconds, cpuMicros };
}

/** The outcome of loads that ran at once. */
export function together(outcomes) {
  return {
    answers: outcomes.reduce((sum, { answers }) => sum + answers, 0),
    seconds: Math.max(...outcomes.map(({ seconds }) => seconds)),
    collected: outcomes.flatMap(({ collected = [] }) => collected),
  };
}

/** Makes the servers on a database forget every credential, as `personas revoke-everything` does. */
export function forgettingOf({ folder, url }) {
  const act = url === undefined ? forgetOnSqlite : (values) => query(url, FORGET, values);
  return async () => {
    await act([new Date().toISOString()], folder);
    await sleep(HEARD_MS);
  };
}

async function forgetOnSqlite(values, folder) {
  const database = new sqlite3.Database(databaseOf(folder));
  database.configure('busyTimeout', 5000);
  await promisify(database.run.bind(database))(FORGET, values);
  await promisify(database.close.bind(database))();
}
