import { ApiError } from '../errors/api-error.js';

/** No known secret opens a sealed text: another secret sealed it, or it was tampered with. */
export class UnsealError extends Error {}

/** Nothing can be sealed, because the secret of the database is not available. */
export class SecretUnavailable extends ApiError {
  /** @param reason names the setting or the file. It is for the operator, and no answer contains it. */
  constructor(readonly reason: string) {
    super('unavailable');
  }
}
