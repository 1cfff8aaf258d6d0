/** Who must have a second factor. */
export const SECOND_FACTOR_RULES = ['optional', 'administrators', 'everybody'] as const;
export type SecondFactorRule = (typeof SECOND_FACTOR_RULES)[number];
