import pg from 'pg';
import { makeFolderDatabase } from '../support/folder-database.js';
import { postgresUrl } from '../support/launch.js';
import { newFolder } from '../support/server.js';
import { Cluster, type ClusterOptions } from './cluster.js';
import { CredentialMaker } from './credentials.js';
import { hangUp } from './http.js';

/** A cluster for the tests of a file, and what they need of it; there once the tests begin. */
export interface UsedCluster {
  readonly cluster: Cluster;
  /** Connections to its database, past any proxy. */
  readonly database: pg.Pool;
  readonly maker: CredentialMaker;
}

/**
 * Starts a cluster before the tests of the file that calls this, and ends it after them.
 * @param options are asked with the URL of the database, which may be another one than the run's
 */
export function useCluster(
  options: (databaseUrl: string) => Partial<ClusterOptions> | Promise<Partial<ClusterOptions>> = () => ({}),
  databaseOf: () => Promise<string> = () => makeFolderDatabase(postgresUrl(), newFolder()),
): UsedCluster {
  const used: { -readonly [Name in keyof UsedCluster]?: UsedCluster[Name] } = {};
  beforeAll(async () => {
    const databaseUrl = await databaseOf();
    used.database = new pg.Pool({ connectionString: databaseUrl });
    // PostgreSQL is killed in some tests.
    used.database.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
    used.cluster = await Cluster.start({ databaseUrl, ...(await options(databaseUrl)) });
    used.maker = await CredentialMaker.on(used.cluster.at(0).url, used.database);
  });
  afterAll(async () => {
    hangUp();
    await used.database?.end();
    await used.cluster?.stop();
  });
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The cluster has not been started yet: use it in a test');
    return value;
  };
  return {
    get cluster() {
      return there(used.cluster);
    },
    get database() {
      return there(used.database);
    },
    get maker() {
      return there(used.maker);
    },
  };
}
