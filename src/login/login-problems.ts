import type { ProblemCode } from '../errors/problems.js';

/** The refusals after the right password, at every route that asks for one. */
export const STEP_PROBLEMS = [
  'second_factor_required',
  'second_factor_setup_required',
  'incorrect_second_factor',
] as const satisfies readonly ProblemCode[];

/** The refusals of a login. */
export const LOGIN_PROBLEMS = [
  'incorrect_credentials',
  'password_expired',
  'password_change_required',
  ...STEP_PROBLEMS,
  'too_many_attempts',
] as const satisfies readonly ProblemCode[];
