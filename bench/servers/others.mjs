import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { CORES, lineOf, start } from '../processes.mjs';

const fileOf = (name) => join(import.meta.dirname, name);

/** Starts a bare `node:http` server whose responses have the length and type of another response. */
export async function startBare(node, { text, headers }, cores = CORES.server) {
  return announced(start(cores, node, [fileOf('bare-server.mjs'), text.length, headers['content-type']]));
}

/**
 * Starts better-auth. Its announcement contains the credentials of two users.
 * @param databaseUrl of a PostgreSQL; without it, a SQLite file
 */
export async function startBetterAuth(node, base, listedKeys, databaseUrl) {
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, 'better-auth-'));
  const env = { PATH: process.env.PATH, NODE_ENV: 'production' };
  // Node 24 warns of its own SQLite driver on the standard error stream.
  const args = [
    '--no-warnings',
    fileOf('better-auth-server.mjs'),
    folder,
    listedKeys,
    ...(databaseUrl === undefined ? [] : [databaseUrl]),
  ];
  return announced(start(CORES.server, node, args, { env }));
}

async function announced(child) {
  const [line] = await lineOf(child, /^\{"url".*/);
  return { ...JSON.parse(line), pid: child.pid, child };
}
