import { TestDatabase } from './database.js';
import type { RunningServer } from './server.js';

/** Settings of a first start for which nothing is set: a password has to be made up and printed. */
export const MADE_UP = { BOOTSTRAP_PASSWORD: '', BOOTSTRAP_USERNAME: '', BOOTSTRAP_EMAIL: '' };
export const PRINTED = /administrator is (\S+), password (\S+)/;

/** The status of a call, 0 while nobody answers. */
export async function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    ({ status }) => status,
    () => 0,
  );
}

export async function usernamesIn(folder: RunningServer['folder']): Promise<string[]> {
  const database = await TestDatabase.of({ folder });
  const rows = await database.query<{ username: string }>('SELECT username FROM "user"');
  await database.close();
  return rows.map(({ username }) => username);
}
