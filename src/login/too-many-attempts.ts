import type { RefusalGroup } from '../audit/refusal-counts.js';
import { ApiError } from '../errors/api-error.js';

/** What attempts are counted by: a network, an account from one network, an account from anywhere. */
export const BUDGET_KINDS = ['network', 'pair', 'consecutive'] as const;
export type BudgetKind = (typeof BUDGET_KINDS)[number];

/** A budget with no attempt left. Its window ends when its counter resets. */
export type ExhaustedBudget = RefusalGroup<BudgetKind>;

/** The refusal of an attempt, with the seconds to wait. */
export class TooManyAttempts extends ApiError {
  constructor(
    readonly budget: ExhaustedBudget,
    waitSeconds: number,
  ) {
    super('too_many_attempts', { retryAfterSeconds: waitSeconds });
  }
}
