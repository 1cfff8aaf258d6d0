import type { Statement, StatementResult } from './statement-batch.js';

/** What became of statements that were sent together: the results of those before the first failure, and the failure. */
export interface Outcome {
  readonly results: readonly StatementResult[];
  readonly failure?: unknown;
}

interface Posted {
  readonly statement: Statement;
  readonly resolve: (result: StatementResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Collects the statements of a transaction that wait for none of each other's answers, and sends them together, in their order. */
export class Outbox {
  private posted: Posted[] = [];
  private isBusy = false;

  /** @param send must not throw. */
  constructor(private readonly send: (statements: readonly Statement[]) => Promise<Outcome>) {}

  /** @throws what has failed: the statement, or one before it that was sent with it */
  post(statement: Statement): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      this.posted.push({ statement, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isBusy || this.posted.length === 0) return;
    this.isBusy = true;
    // After everything that follows without waiting for an answer, also in other functions.
    process.nextTick(() => void this.work());
  }

  private async work(): Promise<void> {
    const posted = this.posted.splice(0);
    const { results, failure } = await this.send(posted.map(({ statement }) => statement));
    posted.forEach(({ resolve, reject }, index) => {
      const result = results[index];
      if (result === undefined) reject(failure);
      else resolve(result);
    });
    this.isBusy = false;
    this.schedule();
  }
}
