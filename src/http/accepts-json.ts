import Negotiator from 'negotiator';

/** A client has a few types; each costs a look. */
const ACCEPT_MAX_LENGTH = 1000;

/** Whether a request's `Accept` header lets the answer be JSON (RFC 9110, section 12.5.1). One that goes on for too long does. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true;
  if (accept.length > ACCEPT_MAX_LENGTH) return true;
  return (
    new Negotiator({ headers: { accept } }).mediaType(['application/json', 'application/json; charset=utf-8']) !==
    undefined
  );
}
