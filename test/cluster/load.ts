import { setTimeout as sleep } from 'node:timers/promises';
import { type CredentialMaker, logIn } from './credentials.js';
import { check, post } from './http.js';

/** After how many checks a client makes a change, and logs in. */
const CHANGE_EVERY = 4;
const LOGIN_EVERY = 100;

/** Checks, changes and logins, until it is stopped. Each must be answered with 200. */
export class MixedLoad {
  private isRunning = true;
  private readonly failures: string[] = [];
  private readonly clients: Promise<void>[] = [];
  private answered = 0;

  /** @param urls one client each */
  constructor(
    urls: readonly string[],
    private readonly tokens: { readonly token: string; readonly manager: string },
    private readonly pauseMs = 20,
  ) {
    this.clients = urls.map((url) => this.run(url));
  }

  static async on(
    urls: readonly string[],
    maker: CredentialMaker,
    manager: string,
    pauseMs?: number,
  ): Promise<MixedLoad> {
    const { token } = await maker.addAuthHeader();
    return new MixedLoad(urls, { token, manager }, pauseMs);
  }

  /** @returns how many requests were answered, and what was wrong with others. */
  async stop(): Promise<{ answered: number; failures: string[] }> {
    this.isRunning = false;
    await Promise.all(this.clients);
    return { answered: this.answered, failures: this.failures };
  }

  private async run(url: string): Promise<void> {
    const { token, manager } = this.tokens;
    for (let count = 1; this.isRunning; count++) {
      await this.expect(async () => {
        const { status, text } = await check({ url }, token);
        if (status !== 200) throw new Error(`GET answered ${status}: ${text}`);
      });
      if (count % CHANGE_EVERY === 0) {
        await this.expect(async () => {
          const { id } = await post<{ id: string }>(`${url}/authheader/add`, { name: 'load' }, manager);
          await post(`${url}/authheader/delete`, { text: id }, manager);
        });
      }
      if (count % LOGIN_EVERY === 0) {
        await this.expect(async () => {
          await logIn(url);
        });
      }
      await sleep(this.pauseMs);
    }
  }

  private async expect(call: () => Promise<void>): Promise<void> {
    try {
      await call();
      this.answered++;
    } catch (error) {
      this.failures.push(String(error));
    }
  }
}
