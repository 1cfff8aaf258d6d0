import type { ChildProcess } from 'node:child_process';
import { Client, newAddress } from './client.js';
import { TestDatabase } from './database.js';
import { type RunningServer, testRun } from './launch.js';
import type { Contract } from './openapi.js';
import { type StartOptions, startServer, type TestServer } from './server.js';

/** A server, a client of it, and a connection to its database, which is opened by the first query. */
export interface UsedServer<Server extends RunningServer> {
  readonly server: Server;
  readonly client: Client;
  readonly database: TestDatabase;
}

/**
 * A server for the tests of the file, or of the `describe`, that calls this: started before them, stopped after them.
 * The result can be destructured at once; hooks and tests can use it.
 */
export function useServer(options: StartOptions = {}): UsedServer<RestartableServer> {
  const server = new RestartableServer(options);
  return useHooks(
    server,
    () => server.start(),
    // A stop in order takes processor time as well, a fifteenth of a start, and the tests of stopping prove it.
    () => server.stop('SIGKILL'),
  );
}

/**
 * The server of the run, for files that only read, or whose users have names of their own. No file may depend on how
 * many users, events or auth headers there are, or break anything. The client comes from an address of its own, so that
 * no file uses up the login attempts of another.
 */
export function useSharedServer(): UsedServer<RunningServer> {
  const used = useHooks(testRun().shared);
  return { ...used, client: used.client.from(newAddress()) };
}

function useHooks<Server extends RunningServer>(
  server: Server,
  start?: () => Promise<unknown>,
  stop?: () => Promise<unknown>,
): UsedServer<Server> {
  let contract: Contract | undefined;
  const database = new TestDatabase(server);
  beforeAll(async () => {
    await start?.();
    contract = await Client.contract();
  });
  afterAll(async () => {
    await database.close();
    await stop?.();
  });
  const client = new Client(server, () => contract ?? failTooEarly());
  return { server, client, database };
}

function failTooEarly(): never {
  throw new Error('The server has not been started yet: use it in a test or in a hook');
}

/** A server that is started when the tests begin, and can be started again on what it has left. */
export class RestartableServer implements TestServer {
  private current: TestServer | undefined;

  constructor(private readonly options: StartOptions) {}

  /** Starts it: the first time by its options, later in the folder of the first time. */
  async start(): Promise<void> {
    const folder = this.current?.folder ?? this.options.folder;
    this.current = await startServer({ ...this.options, ...(folder === undefined ? {} : { folder }) });
  }

  get url(): string {
    return this.running.url;
  }

  get folder(): string {
    return this.running.folder;
  }

  get databaseFile(): string {
    return this.running.databaseFile;
  }

  get process(): ChildProcess {
    return this.running.process;
  }

  output(): string {
    return this.running.output();
  }

  /** Answers null if it was never started: what failed then has been reported. */
  async stop(signal?: NodeJS.Signals): Promise<number | null> {
    return this.current === undefined ? null : this.current.stop(signal);
  }

  private get running(): TestServer {
    return this.current ?? failTooEarly();
  }
}
