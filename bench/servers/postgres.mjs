import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { URL } from 'node:url';
import pg from 'pg';
import { CORES, lineOf, start, stop, stopAll } from '../processes.mjs';

const SERVER = join(import.meta.dirname, 'postgres-server.mjs');
const GIVEN_URL = process.env.BENCH_DATABASE_URL;

/**
 * Runs a comparison on PostgreSQL: the one of `BENCH_DATABASE_URL`, or else one of its own on the given cores.
 * @param act gets `{ version, pids, newDatabase }`: `pids` are the first processes whose time counts, none of a given
 * PostgreSQL; `newDatabase()` answers the URL of an empty database, which is dropped afterwards.
 */
export async function withPostgres(act, cores = CORES.server) {
  const child = GIVEN_URL === undefined ? start(cores, process.execPath, [SERVER]) : undefined;
  const { url, pid } = child === undefined ? { url: GIVEN_URL } : JSON.parse((await lineOf(child, /^\{"url".*/))[0]);
  const made = [];
  const newDatabase = async () => {
    const name = `personas_bench_${randomBytes(6).toString('hex')}`;
    await query(url, `CREATE DATABASE ${name}`);
    made.push(name);
    return Object.assign(new URL(url), { pathname: name }).href;
  };
  const [{ version }] = await query(url, "SELECT current_setting('server_version') AS version");
  try {
    return await act({ version, pids: pid === undefined ? [] : [pid], newDatabase });
  } finally {
    // Servers first: better-auth does not survive its database.
    await stopAll(child);
    if (child !== undefined) await stop(child);
    else for (const name of made) await query(url, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** Runs one statement on a connection of its own. @returns its rows. */
export async function query(url, text, values = []) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Says how PostgreSQL runs. */
export function wordsOf({ version, pids }, where) {
  if (pids.length === 0)
    return `PostgreSQL ${version} is the one of \`BENCH_DATABASE_URL\`, whose processor time does not count.`;
  return `PostgreSQL ${version} runs ${where}, with \`fsync\` and \`synchronous_commit\` on; its processor time counts.`;
}
