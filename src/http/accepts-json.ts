import Negotiator from 'negotiator';

/** Whether a request's `Accept` header lets the answer be JSON (RFC 9110, section 12.5.1). */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true;
  return (
    new Negotiator({ headers: { accept } }).mediaType(['application/json', 'application/json; charset=utf-8']) !==
    undefined
  );
}
