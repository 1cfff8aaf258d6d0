import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { documentedMetrics } from '../support/documented-metrics.js';
import { Scrape, WITH_METRICS } from '../support/scrape.js';
import { useServer } from '../support/use-server.js';

const WORKERS = 2;
const START_LIMIT_MS = 30_000;
const REMEMBERED = 'personas_credentials_remembered';
const FAST = 'personas_fast_path_requests_total';
const CHECKS = 'personas_credential_checks_total';

describe('The metrics of a server with workers', () => {
  const { server, client } = useServer({ env: { ...WITH_METRICS, WORKERS: String(WORKERS) } });
  let token: string;

  const workers = (): number[] => {
    const { pid } = server.process;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  };
  /** Each on a connection of its own, so that the workers take turns. */
  const check = async (times: number): Promise<void> => {
    const headers = { Authorization: `Bearer ${token}` };
    for (let turn = 0; turn < times; turn++)
      expect((await client.callRaw('GET', '/user/me', headers)).status).toBe(200);
  };
  /** A worker starts within a second on an idle machine. */
  const untilServing = async (count = WORKERS): Promise<void> => {
    const limitMs = performance.now() + START_LIMIT_MS;
    while ((await Scrape.of(server)).find('personas_workers') !== count) {
      if (performance.now() > limitMs) throw new Error(`There are never ${count} workers`);
      await sleep(20);
    }
  };

  beforeAll(async () => {
    ({ token } = await client.addAuthHeader(await client.logIn()));
    await check(2 * WORKERS);
  });

  it('are the sums of all workers, at one address, which is said once', async () => {
    expect(server.output().match(/The metrics are at/g)).toHaveLength(1);
    const before = await Scrape.of(server);
    await check(10);
    const after = await Scrape.of(server);
    expect(after.growth(before, FAST)).toEqual({ 'GET /user/me': 10 });
    expect(after.growth(before, CHECKS)).toEqual({ 'auth_header ok memory': 10 });
    // Each worker remembers it for itself.
    expect(after.find(REMEMBERED)).toBeGreaterThanOrEqual(WORKERS);
    expect(after.find('personas_build_info')).toBe(1);
    expect(after.find('personas_workers')).toBe(WORKERS);
    const { all, ofWorkers } = documentedMetrics();
    // Of several processes there is no one start.
    const expected = [...all, ...ofWorkers]
      .map(({ name }) => name)
      .filter((name) => name !== 'process_start_time_seconds');
    expect([...after.types().keys()].sort()).toEqual(expected.sort());
  });

  it('keep the totals of a worker that dies, and not what it had', async () => {
    await untilServing();
    await check(10);
    const before = await Scrape.of(server);
    const [victim = 0] = workers();
    process.kill(victim, 'SIGKILL');
    await untilServing(WORKERS - 1);
    const meanwhile = await Scrape.of(server);
    await untilServing();
    const after = await Scrape.of(server);
    for (const scrape of [meanwhile, after]) {
      expect(scrape.growth(before, FAST)).toEqual({});
      expect(scrape.growth(before, CHECKS)).toEqual({});
      const durations = Object.values(scrape.growth(before, 'http_server_request_duration_seconds_count'));
      expect(durations.filter((grown) => grown < 0)).toEqual([]);
    }
    expect(meanwhile.find(REMEMBERED)).toBeLessThan(before.find(REMEMBERED) ?? 0);
  });

  it('leave out a worker that does not answer, count that, and keep its totals', async () => {
    await untilServing();
    await check(2 * WORKERS);
    const before = await Scrape.of(server);
    const [stopped = 0] = workers();
    process.kill(stopped, 'SIGSTOP');
    const meanwhile = await Scrape.of(server);
    process.kill(stopped, 'SIGCONT');
    expect(meanwhile.growth(before, 'personas_worker_answers_missed_total')).toEqual({ '': 1 });
    expect(meanwhile.growth(before, FAST)).toEqual({});
    expect(meanwhile.find(REMEMBERED)).toBeLessThan(before.find(REMEMBERED) ?? 0);
    const after = await Scrape.of(server);
    expect(after.growth(meanwhile, 'personas_worker_answers_missed_total')).toEqual({});
    expect(after.find(REMEMBERED)).toBe(before.find(REMEMBERED));
  });
});
