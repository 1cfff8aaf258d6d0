import { ApiError } from '../errors/api-error.js';
import type { ProblemCode } from '../errors/problems.js';
import { Signal } from '../telemetry/signal.js';
import type { Door } from './pending-login.js';

/** Where somebody logs in. The console is a door of its own, also by a passkey. */
export type LoginDoor = Door['kind'] | 'passkey';

/** What the outcomes of a login are called, where that is not the code of the error. */
const NAMES = {
  second_factor_required: 'second_factor',
  second_factor_setup_required: 'second_factor',
  too_many_attempts: 'throttled',
  unavailable: 'busy',
  incorrect_credentials: 'incorrect_credentials',
  incorrect_second_factor: 'incorrect_second_factor',
  password_expired: 'password_expired',
  password_change_required: 'password_change_required',
} as const satisfies Partial<Record<ProblemCode, string>>;

/** `second_factor` is a right password after which a second factor is asked for; `failed` is a fault of the server. */
export type LoginOutcome = 'ok' | (typeof NAMES)[keyof typeof NAMES] | 'refused' | 'failed';

/** A step of a login that has ended. */
export interface LoginEnd {
  readonly door: LoginDoor;
  readonly outcome: LoginOutcome;
}

export const loginEnd = new Signal<LoginEnd>('personas:login-end');

/** Runs a step of a login, and signals how it ended. */
export async function signallingLogin<T>(door: LoginDoor, step: () => Promise<T>): Promise<T> {
  try {
    const result = await step();
    loginEnd.send({ door, outcome: 'ok' });
    return result;
  } catch (error) {
    loginEnd.send({ door, outcome: outcomeOf(error) });
    throw error;
  }
}

function outcomeOf(error: unknown): LoginOutcome {
  if (!(error instanceof ApiError)) return 'failed';
  const { code } = error;
  return isNamed(code) ? NAMES[code] : 'refused';
}

function isNamed(code: ProblemCode): code is keyof typeof NAMES {
  return Object.hasOwn(NAMES, code);
}
