import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Client, newAddress } from '../support/client.js';
import { run } from '../support/command-line.js';
import type { TestDatabase } from '../support/database.js';
import { halvesIn } from '../support/halves.js';
import type { MailServer } from '../support/mail-server.js';
import { ConnectionError } from '../support/send.js';
import { EPISODES, type Scene } from './episodes.js';
import { Ledger, Unanswered } from './ledger.js';

const LIFE_MS = { least: 50, most: 2000 };
const PAUSE_MS = 20;
/** How many credentials of earlier rounds each round asks for again; the last one asks for all. */
const SAMPLE = 20;
/** Longer than a process that was killed holds the lease of a mail that it was sending. */
const MAIL_LIMIT_MS = 180_000;
const PAGE = 1000;
const PROGRESS_EVERY = 20;

interface AuditEvent {
  readonly action: string;
  readonly outcome: string;
  readonly target?: string;
}

/** What a run has come to. */
export interface Tally {
  kills: number;
  changes: number;
  readonly statuses: Set<number>;
}

/** Clients that make all kinds of changes while something is killed, and an oracle of what they were told. */
export class CrashLoad {
  readonly tally: Tally = { kills: 0, changes: 0, statuses: new Set() };
  private readonly accepted: string[] = [];
  private readonly refused: string[] = [];
  private readonly mailed: string[] = [];

  constructor(
    private readonly anyone: Client,
    private readonly database: TestDatabase,
    private readonly mails: MailServer,
  ) {}

  /**
   * Kills something in the middle of changes, and compares what is there then with what was acknowledged.
   * @param kill resolves when the server is ready again, and every process has heard of every revocation
   */
  async round(kill: () => Promise<void>): Promise<void> {
    const client = this.anyone.from(newAddress());
    const from = new Date(Date.now() - 1000).toISOString();
    const jwt = await client.logIn();
    const ledger = new Ledger();
    const state = { isOver: false };
    const clients = EPISODES.map((episode) => repeat(episode, { client, jwt, ledger }, state));
    await sleep(LIFE_MS.least + Math.random() * (LIFE_MS.most - LIFE_MS.least));
    try {
      await kill();
    } finally {
      state.isOver = true;
      await Promise.all(clients);
    }
    expect(await this.faultsOf(ledger, client, jwt, from)).toEqual([]);
    expect(await halvesIn(this.database)).toEqual({});
    this.tally.kills += 1;
    this.tally.changes += ledger.changes;
    for (const status of ledger.statuses) this.tally.statuses.add(status);
    this.accepted.push(...ledger.accepted);
    this.refused.push(...ledger.refused);
    this.mailed.push(...ledger.mailed);
    if (this.tally.kills % PROGRESS_EVERY === 0) process.stderr.write(`${this.tally.kills} kills\n`);
  }

  /** What every round has left, once more. */
  async end(folder: string, env: Readonly<Record<string, string>>): Promise<void> {
    for (const token of this.accepted) expect(await isAccepted(this.anyone, token)).toBe(true);
    for (const token of this.refused) expect(await isAccepted(this.anyone, token)).toBe(false);
    expect(await this.database.faults()).toEqual([]);
    const end = Date.now() + MAIL_LIMIT_MS;
    const missing = (): string[] => {
      const arrived = new Set(this.mails.taken.flatMap(({ to }) => to));
      return this.mailed.filter((address) => !arrived.has(address));
    };
    while (missing().length > 0 && Date.now() < end) await sleep(1000);
    expect(missing()).toEqual([]);
    const { code, stdout } = await run({ folder }, ['audit', 'verify'], { env });
    expect({ code, stdout: code === 0 ? '' : stdout }).toEqual({ code: 0, stdout: '' });
  }

  get credentials(): number {
    return this.accepted.length + this.refused.length;
  }

  private async faultsOf(ledger: Ledger, client: Client, jwt: string, from: string): Promise<string[]> {
    const recorded = await eventsSince(client, jwt, from);
    const faults = await ledger.faults(recorded, (token) => isAccepted(client, token));
    for (const [tokens, expected] of [[this.accepted, true] as const, [this.refused, false] as const]) {
      for (let turn = 0; turn < SAMPLE; turn++) {
        const token = tokens[Math.floor(Math.random() * tokens.length)];
        if (token !== undefined && (await isAccepted(client, token)) !== expected)
          faults.push(`a credential of an earlier round is ${expected ? 'refused' : 'accepted'}`);
      }
    }
    return faults;
  }
}

async function repeat(
  episode: (scene: Scene) => Promise<void>,
  scene: Scene,
  state: { readonly isOver: boolean },
): Promise<void> {
  while (!state.isOver) {
    try {
      await episode(scene);
    } catch (error) {
      if (!(error instanceof ConnectionError || error instanceof Unanswered)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

async function isAccepted(client: Client, token: string): Promise<boolean> {
  const { status, text } = await client.get('/user/me', token);
  if (status !== 200 && status !== 401) throw new Error(`A check answered ${status}: ${text}`);
  return status === 200;
}

/** How often each successful event is recorded, by its action and its target. */
async function eventsSince(client: Client, jwt: string, from: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let path: string | undefined = `/audit/list?${new URLSearchParams({ from, limit: String(PAGE) }).toString()}`;
  while (path !== undefined) {
    const page: Answer<AuditEvent[]> = await client.get(path, jwt);
    expect(page.status).toBe(200);
    for (const { action, outcome, target = '' } of page.body) {
      const key = `${action} ${target}`;
      if (outcome === 'success') counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    // PUBLIC_URL is in front of it.
    path = /^<.*?(\/audit\/list.*)>/.exec(page.headers.get('link') ?? '')?.[1];
  }
  return counts;
}
