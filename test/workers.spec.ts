import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeUntil } from './support/command-line.js';
import { REVOCATION_DELAY_MS } from './support/database.js';
import { launchServer } from './support/launch.js';
import { newFolder, runToEnd } from './support/server.js';
import { useServer } from './support/use-server.js';

const WORKERS = 3;
const WAITING = 50;
const DRAIN_DELAY_MS = 3000;

/** The processes that a process has started and not yet seen the end of. */
function childrenOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** A connection that stays open, so that one worker serves all of its requests. */
class KeptConnection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async check(path = '/user/me'): Promise<{ status: number | undefined; connection: string | undefined }> {
    const request = get(this.url + path, { agent: this.agent, headers: { authorization: `Bearer ${this.token}` } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return { status: response.statusCode, connection: response.headers.connection };
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Sends a request on a connection of its own. @returns its status, or why there is none */
async function outcomeOn(url: string): Promise<string> {
  const request = get(`${url}/health/live`, { agent: false });
  return new Promise((resolve) => {
    request.on('response', (response) => {
      response.resume().on('end', () => {
        resolve(String(response.statusCode));
      });
    });
    request.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      resolve(code ?? message);
    });
  });
}

describe('A server with workers', () => {
  const { server, client } = useServer({ env: { WORKERS: String(WORKERS), DRAIN_DELAY: `${DRAIN_DELAY_MS / 1000}s` } });
  let connections: KeptConnection[];
  let token: string;
  let id: string;

  beforeAll(async () => {
    expect(childrenOf(server.process.pid)).toHaveLength(WORKERS);
    ({ token, id } = await client.addAuthHeader(await client.logIn()));
    // Twice as many as workers: connections are passed to the workers in turn.
    connections = Array.from({ length: 2 * WORKERS }, () => new KeptConnection(server.url, token));
  });
  afterAll(() => {
    for (const connection of connections) connection.close();
  });

  const statuses = async (): Promise<unknown[]> =>
    Promise.all(connections.map(async (connection) => (await connection.check()).status));

  it('says once where it answers', () => {
    expect(server.output().match(/answers at/g)).toHaveLength(1);
  });

  it('replaces a worker that dies, and serves meanwhile', async () => {
    const [victim, ...others] = childrenOf(server.process.pid);
    if (victim === undefined) throw new Error('There is no worker');
    process.kill(victim, 'SIGKILL');
    const line = new RegExp(`Worker ${victim} has ended \\(SIGKILL\\) and is replaced`);
    await timeUntil(() => Promise.resolve(line.test(server.output())));
    await timeUntil(async () => {
      // On a connection of its own: the worker has taken its connections with it.
      expect((await client.callRaw('GET', '/health/live')).status).toBe(200);
      return childrenOf(server.process.pid).length === WORKERS;
    });
    expect(childrenOf(server.process.pid)).toEqual(expect.arrayContaining(others));
  });

  it('refuses in every worker, within a second, what one of them has revoked', async () => {
    expect(await statuses()).toEqual(connections.map(() => 200));
    await client.post('/authheader/delete', { text: id }, await client.logIn());
    await sleep(REVOCATION_DELAY_MS);
    expect(await statuses()).toEqual(connections.map(() => 401));
  });

  it('serves on while it tells that it is not ready, ends each connection, serves those that no process has accepted, and then ends all workers', async () => {
    const { token: other } = await client.addAuthHeader(await client.logIn());
    const kept = Array.from({ length: 2 * WORKERS }, () => new KeptConnection(server.url, other));
    for (const one of kept) expect(await one.check()).toEqual({ status: 200, connection: 'keep-alive' });
    const workers = childrenOf(server.process.pid);
    const ended = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    await timeUntil(async () => (await client.get('/health/ready')).status === 503);
    for (const one of kept) {
      const { status, connection } = await one.check();
      expect([status, connection]).toEqual([200, 'close']);
      one.close();
    }
    // Until the delay has passed, so that they wait while the listener is to be closed.
    server.process.kill('SIGSTOP');
    const outcomes = Promise.all(Array.from({ length: WAITING }, () => outcomeOn(server.url)));
    await sleep(DRAIN_DELAY_MS + 100);
    server.process.kill('SIGCONT');
    expect(await outcomes).toEqual(Array<string>(WAITING).fill('200'));
    expect((await ended)[1]).toBe('SIGTERM');
    for (const worker of workers) expect(() => process.kill(worker, 0)).toThrow('ESRCH');
  });
});

it('A server whose first worker cannot start ends with the reason, said once', async () => {
  const { code, stderr } = await runToEnd({ env: { WORKERS: '2', BOOTSTRAP_PASSWORD: 'short' } });
  expect(code).toBe(1);
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^BOOTSTRAP_PASSWORD/)]);
});

it('A server whose first worker is killed while it starts ends, and says so', async () => {
  const supervisor = await launchServer(newFolder(), { WORKERS: '2' });
  let stderr = '';
  supervisor.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = once(supervisor, 'close');
  while (childrenOf(supervisor.pid).length === 0) await sleep(1);
  const [worker = 0] = childrenOf(supervisor.pid);
  process.kill(worker, 'SIGKILL');
  expect((await closed)[0]).toBe(1);
  expect(stderr).toBe(`Cannot start: worker ${worker} was ended by SIGKILL\n`);
});
