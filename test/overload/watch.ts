import { readFileSync } from 'node:fs';
import { Agent, type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const ANSWER_LIMIT_MS = 20_000;
const PAUSE_MS = 50;
const MEMORY_PAUSE_MS = 100;

/** A request that is sent again and again while a server is attacked. */
export interface Probe {
  readonly method?: string;
  readonly path: string;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether each request makes a connection of its own. */
  readonly isFresh?: boolean;
  readonly pauseMs?: number;
}

/** What a guarded client saw. */
export interface Seen {
  /** How often each status was answered; 0 stands for no answer. */
  readonly statuses: Record<string, number>;
  readonly latenciesMs: number[];
}

/** Guarded clients that go on calling a server, and its memory meanwhile. */
export class Watch {
  readonly seen: Record<string, Seen> = {};
  peakMegabytes = 0;
  private isRunning = true;
  private readonly work: Promise<void>[];

  constructor(
    private readonly url: string,
    pid: number,
    probes: Readonly<Record<string, Probe>>,
  ) {
    this.work = Object.entries(probes).map(([name, probe]) => this.probe(name, probe));
    this.work.push(this.watchMemory(pid));
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await Promise.all(this.work);
  }

  private async probe(name: string, { isFresh = false, pauseMs = PAUSE_MS, ...probe }: Probe): Promise<void> {
    const seen: Seen = { statuses: {}, latenciesMs: [] };
    this.seen[name] = seen;
    const agent = new Agent({ keepAlive: !isFresh, maxSockets: 1 });
    while (this.isRunning) {
      const begunMs = performance.now();
      const status = await answerTo(this.url, probe, agent);
      seen.latenciesMs.push(performance.now() - begunMs);
      seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
      await sleep(pauseMs);
    }
    agent.destroy();
  }

  private async watchMemory(pid: number): Promise<void> {
    while (this.isRunning) {
      this.peakMegabytes = Math.max(this.peakMegabytes, residentMegabytes(pid));
      await sleep(MEMORY_PAUSE_MS);
    }
  }
}

/** @returns the status; 0 where none came. */
export function answerTo(
  url: string,
  { method = 'GET', path, headers, body = '' }: Probe,
  agent?: Agent,
): Promise<number> {
  return new Promise((resolve) => {
    const length = body === '' ? {} : { 'content-type': 'application/json', 'content-length': body.length };
    const options = { method, headers: { ...headers(), ...length }, timeout: ANSWER_LIMIT_MS };
    const call: ClientRequest = request(
      url + path,
      { ...options, ...(agent === undefined ? {} : { agent }) },
      (response) => {
        response.resume().once('close', () => {
          resolve(response.statusCode ?? 0);
        });
      },
    );
    call.once('timeout', () => call.destroy());
    call.once('error', () => {
      resolve(0);
    });
    call.end(body);
  });
}

/** The resident memory of a process and of its children. */
export function residentMegabytes(pid: number): number {
  return (
    ofProcess(pid) +
    childrenOf(pid)
      .map(ofProcess)
      .reduce((sum, one) => sum + one, 0)
  );
}

function ofProcess(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
