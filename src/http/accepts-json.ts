import Negotiator from 'negotiator';

/** A client lists a few types. Parsing costs time for each, so a long header is not parsed. */
const ACCEPT_MAX_LENGTH = 1000;

/**
 * Whether an `Accept` header permits a JSON response (RFC 9110, section 12.5.1). A header that is too long counts as yes.
 * Parameters are ignored: JSON has none (RFC 8259, section 11), and a client that adds one accepts JSON without it too.
 */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true;
  if (accept.length > ACCEPT_MAX_LENGTH) return true;
  const negotiator = new Negotiator({ headers: { accept } });
  return negotiator.mediaType(['application/json']) !== undefined || negotiator.mediaTypes().some(isJson);
}

function isJson(type: string): boolean {
  return type.toLowerCase() === 'application/json';
}
