import type { SigningKey } from '../database/entities/signing-key.entity.js';

/** For how long a service may take a key set it has seen for the one there is. */
export const KEY_SET_MAX_AGE_SECONDS = 300;
/** What a change may take to reach every process and service, and the clocks to differ. */
export const MARGIN_SECONDS = 10;

/** When a `next` key has been published for long enough to sign. */
export function readyAt({ created }: Pick<SigningKey, 'created'>): Date {
  return new Date(created.getTime() + (KEY_SET_MAX_AGE_SECONDS + MARGIN_SECONDS) * 1000);
}
