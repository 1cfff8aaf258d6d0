import { randomBytes } from 'node:crypto';

/** Names for requests, to be quoted: unlike those of another process or of an earlier start. */
export function requestIds(): () => string {
  const start = randomBytes(6).toString('base64url');
  let count = 0;
  return () => `${start}-${(++count).toString(36)}`;
}
