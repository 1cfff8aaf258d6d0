import { createHash } from 'node:crypto';
import type { Client } from 'pg';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Node itself loads this file for Jest's setups, and finds no TypeScript by a name in .js.
import secrets = require('./secrets-in-text');

/** Whether each database was made here, by the URL of its PostgreSQL and by its name. */
const known = new Map<string, Map<string, Promise<boolean>>>();

/** The URL of the database that belongs to a working folder. @param serverUrl of a PostgreSQL and a user who may make databases */
export function urlOfFolderDatabase(serverUrl: string, folder: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${nameOf(folder)}`;
  return url.href;
}

/** Makes the database of a working folder, unless it is there. Answers its URL. */
export async function makeFolderDatabase(serverUrl: string, folder: string): Promise<string> {
  const name = nameOf(folder);
  await (knownOn(serverUrl).get(name) ?? remembered(serverUrl, name, create(serverUrl, name)));
  return urlOfFolderDatabase(serverUrl, folder);
}

/** Makes the database of a working folder a copy of another folder's, which nobody may be connected to. */
export async function copyFolderDatabase(serverUrl: string, from: string, to: string): Promise<void> {
  const name = nameOf(to);
  const copy = administer(serverUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name}`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${nameOf(from)}`);
    return true;
  });
  await remembered(serverUrl, name, copy);
}

/** What the databases that were made here hold that they must not: never the secret itself. */
export async function secretsInFolderDatabases(): Promise<string[]> {
  const held: string[] = [];
  for (const [serverUrl, names] of known) {
    for (const [name, making] of names) {
      if (await making.catch(() => true)) held.push(...(await secretsHeldBy(serverUrl, name)));
    }
  }
  return held;
}

async function secretsHeldBy(serverUrl: string, name: string): Promise<string[]> {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return administer(url.href, async (client) => {
    const tables = await client.query<{ name: string }>(
      "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    const held: string[] = [];
    for (const { name: table } of tables.rows) {
      const { rows } = await client.query<unknown[]>({ text: `SELECT * FROM ${table}`, rowMode: 'array' });
      const text = rows.flat().map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
      held.push(...secrets.secretsHeldIn(text.join('\n'), `the table ${table}`));
    }
    return held;
  }).catch((error: unknown) => {
    if (isGone(error)) return [];
    throw error;
  });
}

/** Whether a test has dropped a database, or stopped its PostgreSQL. */
function isGone(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return ['3D000', 'ECONNREFUSED', 'ECONNRESET'].includes(code);
}

/** Drops the databases that were made here, whatever is still connected to them. */
export async function dropFolderDatabases(): Promise<void> {
  for (const [serverUrl, names] of known) {
    await administer(serverUrl, async (client) => {
      for (const [name, making] of names)
        if (await making.catch(() => true)) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  }
  known.clear();
}

function create(serverUrl: string, name: string): Promise<boolean> {
  return administer(serverUrl, async (client) => {
    // Jest's setup made that of the shared server.
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
    return rowCount === 0;
  });
}

function remembered(serverUrl: string, name: string, making: Promise<boolean>): Promise<boolean> {
  knownOn(serverUrl).set(name, making);
  return making;
}

function knownOn(serverUrl: string): Map<string, Promise<boolean>> {
  const names = known.get(serverUrl) ?? new Map<string, Promise<boolean>>();
  known.set(serverUrl, names);
  return names;
}

function nameOf(folder: string): string {
  return `personas_test_${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
}

async function administer<T>(serverUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  // A test file on SQLite need not load it.
  const pg = await import('pg');
  const client = new pg.default.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
