import { randomBytes } from 'node:crypto';

/** Generates request ids, unique across processes and restarts, so that an error report identifies one request. */
export function requestIds(): () => string {
  const start = randomBytes(6).toString('base64url');
  let count = 0;
  return () => `${start}-${(++count).toString(36)}`;
}
