import type { RefusalGroup } from '../audit/refusal-counts.js';
import { ApiError } from '../errors/api-error.js';
import { type RateLimit, rateLimitHeaders } from '../rate-limit/rate-limit.js';

/** What attempts are counted by: a network, an account from one network, an account from anywhere. */
export const BUDGET_KINDS = ['network', 'pair', 'consecutive'] as const;
export type BudgetKind = (typeof BUDGET_KINDS)[number];

/** What a client is told to be counted by. */
const POLICIES: Readonly<Record<BudgetKind, string>> = {
  network: 'network',
  pair: 'account-and-network',
  consecutive: 'account',
};

/** A budget with no attempt left. Its window ends when its counter resets. */
export type ExhaustedBudget = RefusalGroup<BudgetKind>;

/** The refusal of an attempt, with the seconds to wait. */
export class TooManyAttempts extends ApiError {
  /** @param limit of the budget, which is the same whether or not there is such an account. */
  constructor(
    readonly budget: ExhaustedBudget,
    limit: RateLimit,
    waitSeconds: number,
  ) {
    const headers = rateLimitHeaders(limit, { remaining: 0, resetSeconds: waitSeconds }, POLICIES[budget.kind]);
    super('too_many_attempts', { retryAfterSeconds: waitSeconds, headers });
  }
}
