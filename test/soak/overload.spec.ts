import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo, type Probe, residentMegabytes, Watch } from '../overload/watch.js';
import { type AuthHeaderAnswer, newAddress } from '../support/client.js';
import { ADMIN, BEHIND_PROXY, MAIL_SETTINGS } from '../support/launch.js';
import { TESTED_DATABASE } from '../support/tested-database.js';
import { useServer } from '../support/use-server.js';

const SECONDS = Number(process.env.SOAK_ATTACK_SECONDS ?? 20);
const RECOVERY_LIMIT_MS = 60_000;
/** Auth headers that are shown once each, so that the server has not remembered them. */
const UNREMEMBERED = Number(process.env.SOAK_UNREMEMBERED ?? 2000);
const MEMORY_LIMIT_MEGABYTES = 1024;

const WORKERS = process.env.SOAK_WORKERS ?? '1';

const { server, client, database } = useServer({ env: { ...BEHIND_PROXY, ...MAIL_SETTINGS, WORKERS } });
const JITI = resolve(__dirname, '../../node_modules/jiti/lib/jiti-cli.mjs');
const FLOOD = resolve(__dirname, '../overload/flood.ts');

let jwt: string;
let token: string;
const fresh: string[] = [];

async function add(): Promise<string> {
  const headers = { authorization: jwt, 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}/authheader/add`, { method: 'POST', headers, body: '{"name":"a"}' });
  return ((await answer.json()) as AuthHeaderAnswer).token;
}

beforeAll(async () => {
  jwt = await client.logIn();
  token = await add();
  while (fresh.length < UNREMEMBERED) fresh.push(...(await Promise.all(Array.from({ length: 50 }, add))));
});

const verify = (present: () => string, more: Partial<Probe> = {}): Probe => ({
  path: '/auth/verify',
  headers: () => ({ authorization: present() }),
  ...more,
});
const own = () => ({ authorization: jwt });

const GUARDED: Readonly<Record<string, Probe>> = {
  remembered: verify(() => token),
  'new connection': verify(() => token, { isFresh: true }),
  unremembered: verify(() => fresh.pop() ?? token, { pauseMs: 150 }),
};

const PROBES: Readonly<Record<string, Probe>> = {
  ...GUARDED,
  change: { method: 'POST', path: '/authheader/add', headers: own, body: '{"name":"b"}', pauseMs: 500 },
  list: { path: '/authheader/list?limit=10', headers: own, pauseMs: 500 },
  login: {
    method: 'POST',
    path: '/user/login',
    headers: () => ({ 'x-forwarded-for': newAddress() }),
    body: JSON.stringify({ username: ADMIN.username, password: ADMIN.password }),
    pauseMs: 1000,
  },
};

const pid = (): number => server.process.pid ?? 0;

/** How long it takes until each kind of call succeeds. */
async function recovery(): Promise<number> {
  const begunMs = performance.now();
  for (const [name, probe] of Object.entries(PROBES)) {
    let status = await answerTo(server.url, probe);
    while (status !== 200) {
      if (performance.now() - begunMs > RECOVERY_LIMIT_MS) throw new Error(`${name} does not recover: ${status}`);
      await sleep(50);
      status = await answerTo(server.url, probe);
    }
  }
  return performance.now() - begunMs;
}

interface Attacker {
  readonly process: ChildProcess;
  output: string;
}

/** Starts an attack in a process of its own, which has begun when this is fulfilled. */
async function attack(name: string, connections: number): Promise<Attacker> {
  const child = spawn(process.execPath, [JITI, FLOOD, name, server.url, String(connections)], {
    env: { PATH: process.env.PATH, JWT: jwt },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const attacker = { process: child, output: '' };
  child.stdout.on('data', (chunk: Buffer) => (attacker.output += chunk.toString()));
  await once(child.stdout, 'data');
  return attacker;
}

async function end({ process: child }: Attacker): Promise<void> {
  child.stdin?.end();
  if (child.exitCode === null) await once(child, 'close');
}

function rowOf(name: string, watch: Watch, before: number, after: number, recoveryMs: number, saw: string): string {
  const lines = Object.entries(watch.seen).map(([probe, { statuses, latenciesMs }]) => {
    const sorted = latenciesMs.map(Math.round).sort((a, b) => a - b);
    const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
    const counts = Object.entries(statuses).map((pair) => pair.join(' × '));
    return `    ${probe}: ${counts.join(', ')}; p50 ${at(0.5)}, p99 ${at(0.99)}, maximum ${at(1)} ms`;
  });
  const memory = `${before} → ${watch.peakMegabytes} → ${after} MB`;
  return [
    `${TESTED_DATABASE}, ${WORKERS} workers, ${name}: ${memory}, well after ${Math.round(recoveryMs)} ms; ${saw}`,
    ...lines,
    '',
  ].join('\n');
}

async function withstand(name: string, begin: () => Promise<Attacker>, guarded: readonly string[]): Promise<void> {
  const before = residentMegabytes(pid());
  const attacker = await begin();
  const watch = new Watch(server.url, pid(), PROBES);
  await sleep(SECONDS * 1000);
  await watch.stop();
  await database.query('ROLLBACK').catch(() => undefined);
  await end(attacker);
  const recoveryMs = await recovery();
  const after = residentMegabytes(pid());
  const saw = attacker.output.replace(/\s+/g, ' ');
  process.stderr.write(rowOf(name, watch, before, after, recoveryMs, saw));
  // Whatever else is refused meanwhile, with 503 and early.
  for (const probe of guarded) expect(Object.keys(watch.seen[probe]?.statuses ?? {})).toEqual(['200']);
  expect(watch.peakMegabytes).toBeLessThan(MEMORY_LIMIT_MEGABYTES);
}

describe('Guarded clients are served, memory is bounded, and all is well soon after', () => {
  it.each([
    ['idle connections', 5000],
    ['half-open headers', 5000],
    ['slow bodies', 1000],
    ['slow readers', 1000],
    ['pipelining', 20],
    ['huge headers', 1000],
    ['large bodies', 50],
    ['resets in the middle', 200],
    ['no HTTP', 1000],
    ['aborted logins and changes', 200],
    ['logins at all doors', 1000],
    ['changes of one user', 1000],
    ['large lists', 300],
    ['readiness checks', 1000],
  ])('%s on %d connections', async (name, connections) => {
    await withstand(`${connections} × ${name}`, () => attack(name, connections), Object.keys(GUARDED));
  });

  it('unknown credentials on 1000 connections, which compete with those that are not remembered', async () => {
    const name = 'unknown credentials';
    await withstand(`1000 × ${name}`, () => attack(name, 1000), ['remembered', 'new connection']);
  });

  it('changes and logins while another process holds the lock of the database', async () => {
    const begin = async (): Promise<Attacker> => {
      await database.beginAlone();
      return attack('aborted logins and changes', 200);
    };
    await withstand('200 × changes and logins at a locked database', begin, Object.keys(GUARDED));
  });
});
