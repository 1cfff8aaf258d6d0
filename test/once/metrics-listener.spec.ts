import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { changedProgram } from '../support/changed-program.js';
import { run, timeUntil } from '../support/command-line.js';
import { metricsUrlOf, Scrape, WITH_METRICS } from '../support/scrape.js';
import { ADMIN, BEHIND_PROXY, runToEnd, startServer } from '../support/server.js';
import { send } from '../support/send.js';
import { useServer } from '../support/use-server.js';

const ODD_REQUESTS = 2000;
/** As /proc writes the state of a socket. */
const LISTENING = '0A';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'PURGE', 'MKCOL', 'REPORT'];

/** A listener that has nothing to do with the server. @returns its port */
async function withTakenPort<T>(act: (port: string) => Promise<T>): Promise<T> {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  try {
    return await act(String((other.address() as AddressInfo).port));
  } finally {
    other.close();
  }
}

describe('The listener of the metrics', () => {
  const { server, client } = useServer({ env: { ...WITH_METRICS, ...BEHIND_PROXY, DRAIN_DELAY: '1s' } });

  it('answers GET and HEAD of one path, to this machine, and names no version in its headers', async () => {
    const url = metricsUrlOf(server);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect([...answer.headers.keys()].sort()).toEqual([
      ...['cache-control', 'connection', 'content-length', 'content-type', 'date', 'keep-alive'],
      'x-content-type-options',
    ]);
    const text = await answer.text();
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(`${url}?name[]=up`)).status).toBe(200);
    for (const path of ['', 'metrics/', 'metricsx', 'health/live', '%6detrics']) {
      expect((await fetch(new URL(`/${path}`, url))).status).toBe(404);
    }
    const post = await fetch(url, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('is the only way to them, and they are no part of the API', async () => {
    expect((await client.get('/metrics')).status).toBe(404);
    expect(client.contract.operations().filter(({ path }) => path.includes('metrics'))).toEqual([]);
  });

  it(`does not grow with odd paths, methods and credentials, and holds nothing of them`, async () => {
    const jwt = await client.logIn();
    const { id, token } = await client.addAuthHeader(jwt, { name: 'a-name-of-an-auth-header' });
    const marks: string[] = [];
    const ask = async (index: number): Promise<void> => {
      const mark = randomBytes(6).toString('hex');
      marks.push(mark);
      const method = METHODS[index % METHODS.length] ?? 'GET';
      const path = [`/${mark}`, `/kittens/${mark}`, `/auth/verify/${mark}`, `/auth/verify?scope=${mark}:a`][index % 4];
      const credential = [mark, `ep_${mark}`, jwt, token, `${jwt}${mark}`][index % 5];
      const headers = { authorization: `Bearer ${credential}`, 'user-agent': mark, 'x-forwarded-for': address(index) };
      await send(`${server.url}${path}`, { method, headers, body: undefined });
    };
    const askMany = async (count: number): Promise<void> => {
      for (let begun = 0; begun < count; begun += 20)
        await Promise.all(Array.from({ length: 20 }, (_, index) => ask(begun + index)));
    };
    // Each kind of request once, so that what is bounded is there.
    await askMany(METHODS.length * 20);
    const before = await Scrape.of(server);
    await askMany(ODD_REQUESTS);
    const after = await Scrape.of(server);
    const series = ({ samples }: Scrape) => new Set(samples.map(({ name, labels }) => JSON.stringify([name, labels])));
    const added = [...series(after)].filter((one) => !series(before).has(one));
    expect(added).toEqual([]);
    expect(after.find('http_server_request_duration_seconds_count', { http_request_method: '_OTHER' })).toBeGreaterThan(
      100,
    );
    expect(after.find('http_server_request_duration_seconds_count', { http_route: '_unknown' })).toBeGreaterThan(400);
    const secrets = [...marks, jwt, token, id, ADMIN.username, ADMIN.email, ADMIN.password, 'a-name-of-an-auth-header'];
    expect(secrets.filter((secret) => after.text.includes(secret))).toEqual([]);
    // The loopback address is in no label either.
    expect(after.text).not.toMatch(/\d+\.\d+\.\d+\.\d+|[\da-f]{8}-[\da-f]{4}-|eyJ|ep_[\dA-Za-z]/);
  });

  it('answers until the server has stopped, and ends with it', async () => {
    const { process: child } = server;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await timeUntil(async () => (await fetch(`${server.url}/health/ready`)).status === 503);
    expect((await fetch(metricsUrlOf(server))).status).toBe(200);
    expect((await exited)[1]).toBe('SIGTERM');
    await expect(fetch(metricsUrlOf(server))).rejects.toThrow();
  });
});

function address(index: number): string {
  return `198.51.100.${index % 250}`;
}

/** The TCP ports that a process listens on. */
function portsOf(pid: number | undefined): number[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      return '';
    }
  });
  const sockets = readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return sockets.flatMap(([, local = '', , state, , , , , , inode]) =>
    state === LISTENING && links.includes(`socket:[${inode}]`) ? [Number.parseInt(local.slice(-4), 16)] : [],
  );
}

describe('Without METRICS_PORT', () => {
  it('nothing listens besides the server, and the library is not loaded', async () => {
    const main = changedProgram([
      [
        /static get PROMETHEUS_CONTENT_TYPE\(\) \{/,
        'static { process.stdout.write("library loaded\\n"); } static get PROMETHEUS_CONTENT_TYPE() {',
      ],
    ]);
    const portsAndOutput = async (env: Record<string, string>) => {
      const started = await startServer({ env, main });
      const found = {
        ports: portsOf(started.process.pid).length,
        isLoaded: started.output().includes('library loaded'),
      };
      await started.stop('SIGKILL');
      return found;
    };
    expect(await portsAndOutput({})).toEqual({ ports: 1, isLoaded: false });
    expect(await portsAndOutput(WITH_METRICS)).toEqual({ ports: 2, isLoaded: true });
  });
});

describe('A start that cannot serve its metrics', () => {
  it.each(['1', '2'])('is one line that names the settings, with %s workers', async (workers) => {
    await withTakenPort(async (port) => {
      const { code, stderr, stdout } = await runToEnd({ env: { METRICS_PORT: port, WORKERS: workers } });
      expect([code, stderr]).toEqual([
        1,
        `METRICS_HOST, METRICS_PORT: cannot listen on 127.0.0.1, port ${port} (EADDRINUSE)\n`,
      ]);
      expect(stdout).not.toContain('answers at');
    });
  });

  it('is told of METRICS_HOST without METRICS_PORT, as by doctor', async () => {
    const env = { METRICS_HOST: '127.0.0.2' };
    const line = 'METRICS_HOST is not used: METRICS_PORT is not set';
    const server = await startServer({ env });
    expect(server.output()).toContain(`Warning: ${line}\n`);
    await server.stop();
    const { stdout } = await run(server, ['doctor'], { env });
    expect(stdout).toContain(line);
  });
});
