import { ApiError } from '../errors/api-error.js';

/** Whose attempts are counted together: those of a network, of an account from one network, of an account in a row. */
export const BUDGET_KINDS = ['network', 'pair', 'row'] as const;
export type BudgetKind = (typeof BUDGET_KINDS)[number];

/** A budget with no attempt left. */
export interface ExhaustedBudget {
  readonly key: string;
  readonly kind: BudgetKind;
  /** When its counting begins again. */
  readonly windowEnds: Date;
}

/** The refusal of an attempt, with the seconds to wait. */
export class TooManyAttempts extends ApiError {
  constructor(
    readonly budget: ExhaustedBudget,
    waitSeconds: number,
  ) {
    super('too_many_attempts', { headers: { 'retry-after': String(waitSeconds) } });
  }
}
