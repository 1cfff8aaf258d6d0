import { createHash } from 'node:crypto';
import { Client } from 'pg';

const DUPLICATE_DATABASE = '42P04';

/** The names of the databases that were made here and are still there, by the URL of their PostgreSQL. */
const made = new Map<string, Set<string>>();

/** The URL of the database that belongs to a working folder. @param serverUrl of a PostgreSQL and a user who may make databases */
export function urlOfFolderDatabase(serverUrl: string, folder: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${nameOf(folder)}`;
  return url.href;
}

/** Makes the database of a working folder, unless it is there. Answers its URL. */
export async function makeFolderDatabase(serverUrl: string, folder: string): Promise<string> {
  const name = nameOf(folder);
  if (!made.get(serverUrl)?.has(name)) {
    await administer(serverUrl, async (client) => {
      try {
        await client.query(`CREATE DATABASE ${name}`);
        remember(serverUrl, name);
      } catch (error) {
        if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
      }
    });
  }
  return urlOfFolderDatabase(serverUrl, folder);
}

/** Makes the database of a working folder a copy of another folder's, which nobody may be connected to. */
export async function copyFolderDatabase(serverUrl: string, from: string, to: string): Promise<void> {
  const name = nameOf(to);
  await administer(serverUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name}`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${nameOf(from)}`);
  });
  remember(serverUrl, name);
}

/** Drops the databases that were made here, whatever is still connected to them. */
export async function dropFolderDatabases(): Promise<void> {
  for (const [serverUrl, names] of made) {
    await administer(serverUrl, async (client) => {
      for (const name of names) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  }
  made.clear();
}

function remember(serverUrl: string, name: string): void {
  made.set(serverUrl, (made.get(serverUrl) ?? new Set()).add(name));
}

function nameOf(folder: string): string {
  return `personas_test_${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
}

async function administer(serverUrl: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
