import Negotiator from 'negotiator';

/**
 * Whether a request's `Accept` header lets the answer be JSON (RFC 9110, section 12.5.1). Parameters are not looked at: JSON has
 * none (RFC 8259, section 11), and a client that adds one of its own takes JSON without it as well.
 */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true;
  const negotiator = new Negotiator({ headers: { accept } });
  return negotiator.mediaType(['application/json']) !== undefined || negotiator.mediaTypes().some(isJson);
}

function isJson(type: string): boolean {
  return type.toLowerCase() === 'application/json';
}
