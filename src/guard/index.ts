export { type CheckOptions, createGuard, type Guard, type GuardOptions, type RequestHeaders } from './guard.js';
export { GuardError, type GuardErrorCode, guardErrorOf } from './guard-error.js';
export type { Acr, LoginRequirement } from './login-proof.js';
export { checkRequest, sendRefusal } from './node.js';
export { type Principal, principalOf, type Requirement } from './principal.js';
