import { setTimeout as sleep } from 'node:timers/promises';
import { check, send } from './http.js';

const PAUSE_MS = 10;

/** Clients that add auth headers and delete every other one, and know of each change whether it was answered. */
export class Writers {
  /** What the last {@link stop} has left. A change without an answer may have been made, so that its token is in neither. */
  readonly valid = new Set<string>();
  readonly revoked = new Set<string>();
  readonly statuses = new Set<number>();
  private isRunning = true;
  private readonly clients: Promise<void>[];

  /** @param urls one client each @param manager a JWT */
  constructor(
    urls: readonly string[],
    private readonly manager: string,
  ) {
    this.clients = urls.map((url) => this.run(url));
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await Promise.all(this.clients);
  }

  /** @returns what an instance answers otherwise than it should. */
  async faultsOf(instance: { readonly url: string }): Promise<string[]> {
    const faults: string[] = [];
    for (const [tokens, expected] of [[this.valid, 200] as const, [this.revoked, 401] as const]) {
      for (const token of tokens) {
        const { status } = await check(instance, token);
        if (status !== expected) faults.push(`${instance.url}: ${status} instead of ${expected}`);
      }
    }
    return faults;
  }

  private async run(url: string): Promise<void> {
    for (let count = 1; this.isRunning; count++) {
      const added = await this.post(`${url}/authheader/add`, { name: 'written' });
      if (added !== undefined) await this.keepOrDelete(url, JSON.parse(added) as { id: string; token: string }, count);
      await sleep(PAUSE_MS);
    }
  }

  private async keepOrDelete(url: string, { id, token }: { id: string; token: string }, count: number): Promise<void> {
    if (count % 2 === 0) {
      this.valid.add(token);
      return;
    }
    // Every instance remembers it, as far as this one can see to it.
    await check({ url }, token);
    if ((await this.post(`${url}/authheader/delete`, { text: id })) !== undefined) this.revoked.add(token);
  }

  private async post(url: string, body: unknown): Promise<string | undefined> {
    const { status, text } = await send(url, 'POST', this.manager, body);
    this.statuses.add(status);
    return status === 200 ? text : undefined;
  }
}
