import Negotiator from 'negotiator';

/** A client lists a few types. Parsing costs time for each, so a long header is not parsed. */
const ACCEPT_MAX_LENGTH = 1000;

/** A list without an entry excludes nothing; a proxy that removes a header may leave it empty. */
const BLANK = /^[\s,]*$/;

const JSON_TYPE = 'application/json';

/** Whether an `Accept` header permits a JSON response. */
export function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || accept === '*/*' || accept === JSON_TYPE || accepts(accept, JSON_TYPE);
}

/**
 * Whether an `Accept` header permits a media type (RFC 9110, section 12.5.1). A header that is blank or too long counts
 * as yes.
 * Parameters are ignored: JSON has none (RFC 8259, section 11), and a client that adds one accepts JSON without it too.
 * @param type in lower case, without parameters
 */
export function accepts(accept: string | undefined, type: string): boolean {
  if (accept === undefined || accept.length > ACCEPT_MAX_LENGTH || BLANK.test(accept)) return true;
  const negotiator = new Negotiator({ headers: { accept } });
  return (
    negotiator.mediaType([type]) !== undefined || negotiator.mediaTypes().some((asked) => asked.toLowerCase() === type)
  );
}
