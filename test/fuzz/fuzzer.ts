import fc from 'fast-check';
import { Wire } from './wire.js';
import { Sequence, type Shared, Violation } from './sequence.js';
import type { Step } from './steps.js';
import { stepsOf } from './steps.js';

export interface FuzzOptions {
  readonly url: string;
  readonly shared: Omit<Shared, 'count'>;
  readonly seed: number;
  /** How many requests are made at least, all together. */
  readonly requests: number;
  /** How many sequences run at once. */
  readonly lanes: number;
  /** Where fast-check found a failure, to repeat only that. */
  readonly path?: string;
  /** Called after each sequence, and waited for. */
  readonly onSequence?: (requests: number) => Promise<void> | void;
}

export interface Failure {
  readonly violation: Violation;
  /** Of the fast-check run that found it. */
  readonly seed: number;
  readonly path: string;
  /** The request with which it was seen first. */
  readonly afterRequests: number;
}

export interface FuzzResult {
  readonly requests: number;
  readonly steps: number;
  /** How many answers were 503 with `Retry-After`, and another one after that. */
  readonly busy: number;
  readonly sequences: number;
  /** How often each operation got each status. */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly failure: Failure | undefined;
}

const MAX_STEPS = 100;
/** How many sequences one run of fast-check has. */
const SEQUENCES_PER_RUN = 20;
/** How long a failing sequence is made shorter. */
const SHRINKING_LIMIT_MS = 60_000;
const SEEDS_PER_LANE = 1_000_000;

/** Runs sequences of requests until there were enough, or one breaks a rule. */
export class Fuzzer {
  private requests = 0;
  private steps = 0;
  private busy = 0;
  private sequences = 0;
  private readonly statuses = new Map<string, Map<number, number>>();
  private failure: Failure | undefined;
  private isFailing = false;
  private readonly shared: Shared;
  private readonly step: fc.Arbitrary<Step>;

  constructor(private readonly options: FuzzOptions) {
    const { contract } = options.shared;
    this.shared = {
      ...options.shared,
      count: (operation, status) => {
        if (operation === 'busy') this.busy++;
        else this.requests++;
        if (operation === undefined || operation === 'busy') return;
        this.steps++;
        const name = `${operation.method} ${operation.path}`;
        const counts = this.statuses.get(name) ?? new Map<number, number>();
        this.statuses.set(name, counts.set(status, (counts.get(status) ?? 0) + 1));
      },
    };
    this.step = stepsOf(contract.document, contract.operations());
  }

  async run(): Promise<FuzzResult> {
    const { lanes, path } = this.options;
    await Promise.all(Array.from({ length: path === undefined ? lanes : 1 }, (_, lane) => this.runLane(lane)));
    const { requests, steps, busy, sequences, statuses, failure } = this;
    return { requests, steps, busy, sequences, statuses, failure };
  }

  private get isOver(): boolean {
    return this.isFailing || this.requests >= this.options.requests;
  }

  private async runLane(lane: number): Promise<void> {
    const wire = new Wire(this.options.url);
    const first = this.options.seed + lane * SEEDS_PER_LANE;
    for (let seed = first; !this.isOver; seed++) {
      await this.check(seed, wire);
      if (this.options.path !== undefined) break;
    }
    wire.close();
  }

  /** One run of fast-check, which shrinks the first sequence that fails. */
  private async check(seed: number, wire: Wire): Promise<void> {
    let last: Violation | undefined;
    let afterRequests = 0;
    let failedMs = 0;
    const property = fc.asyncProperty(
      fc.array(this.step, { minLength: 1, maxLength: MAX_STEPS, size: 'max' }),
      async (steps) => {
        // Another lane has failed, or there were enough requests; or this one has been made shorter for long enough.
        if (last === undefined ? this.isOver : Date.now() > failedMs + SHRINKING_LIMIT_MS) return;
        try {
          await new Sequence(this.shared, wire, this.newAddress()).run(steps);
          if (!this.isFailing) await this.options.onSequence?.(this.requests);
        } catch (error) {
          if (last === undefined && this.isFailing) return;
          if (last === undefined) [afterRequests, failedMs] = [this.requests, Date.now()];
          this.isFailing = true;
          last =
            error instanceof Violation ? error : new Violation([`the fuzzer fails: ${(error as Error).stack}`], []);
          throw last;
        }
      },
    );
    const { path } = this.options;
    const details = await fc.check(property, {
      seed,
      numRuns: SEQUENCES_PER_RUN,
      ...(path === undefined ? {} : { path }),
    });
    if (last === undefined) return;
    this.failure = { violation: last, seed, path: details.counterexamplePath ?? '', afterRequests };
  }

  /** An address whose budgets of failed logins are full. */
  private newAddress(): string {
    const count = this.sequences++;
    return `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`;
  }
}
