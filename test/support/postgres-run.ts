// Node itself loads this file, and finds no TypeScript by a name in .js.
/* eslint-disable @typescript-eslint/no-require-imports */
import databases = require('./folder-database');
import launching = require('./launch');
import postgres = require('./postgres-server');
import run = require('./shared-server');

/**
 * Jest's globalSetup of the project on PostgreSQL: starts PostgreSQL, or takes the one of `TEST_DATABASE_URL`, and on it the
 * server that test files share.
 */
export default async function preparePostgres(): Promise<void> {
  const url = process.env.TEST_DATABASE_URL ?? (await ownPostgres());
  run.atEndOfRun(databases.dropFolderDatabases);
  const folder = run.newRunFolder();
  const env = { DATABASE_URL: await databases.makeFolderDatabase(url, folder) };
  const copyDatabase = (seed: string): Promise<void> => databases.copyFolderDatabase(url, folder, seed);
  launching.publishTestRun('postgres', { ...(await run.prepareRun(folder, env, copyDatabase)), postgres: url });
}

async function ownPostgres(): Promise<string> {
  const server = await postgres.startPostgres();
  run.atEndOfRun(() => server.stop());
  return server.url;
}
