import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TcpProxy } from '../cluster/tcp-proxy.js';
import { makeFolderDatabase } from './folder-database.js';
import { newFolder } from './folders.js';
import { freePort } from './free-port.js';
import { postgresUrl } from './launch.js';
import { startServer, type TestServer } from './server.js';
import { TESTED_DATABASE } from './tested-database.js';

/** A server whose database can stand still: it takes what it is asked, and does not answer. */
export interface ServerOfStillDatabase {
  readonly server: TestServer;
  stand(): Promise<unknown>;
  goOn(): Promise<unknown>;
  /** Ends what was started beside the server. */
  close(): Promise<unknown>;
}

/** Starts one. */
export function startWithStillDatabase(): Promise<ServerOfStillDatabase> {
  return TESTED_DATABASE === 'postgres' ? ofPostgres() : ofSqlite();
}

async function ofSqlite(): Promise<ServerOfStillDatabase> {
  const env = { NODE_OPTIONS: `--require ${resolve(__dirname, 'stall-statements.cjs')}` };
  const server = await startServer({ env });
  const file = join(server.folder, 'still');
  return {
    server,
    stand: () => writeFile(file, ''),
    goOn: () => rm(file),
    close: () => Promise.resolve(),
  };
}

async function ofPostgres(): Promise<ServerOfStillDatabase> {
  const folder = newFolder();
  const proxy = await TcpProxy.to(await makeFolderDatabase(postgresUrl(), folder), await freePort());
  const server = await startServer({ folder, env: { DATABASE_URL: proxy.databaseUrl } });
  return {
    server,
    stand: () => proxy.set('half-open'),
    goOn: () => proxy.set('none'),
    close: () => proxy.close(),
  };
}
