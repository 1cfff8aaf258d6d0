import type { IncomingMessage } from 'node:http';
import { type Form, FORM_TYPE } from '../http/form-body.js';

/** What a token with the id and secret of a client takes, many times over. */
const MAX_LENGTH = 4096;
const CONTENT_TYPES: readonly (string | undefined)[] = [
  FORM_TYPE,
  `${FORM_TYPE};charset=UTF-8`,
  `${FORM_TYPE};charset=utf-8`,
];
/** Nothing but names and values that mean themselves: nothing in them is encoded. */
const PLAIN = /^[\w.~=&-]+$/;

/** The length of a body that is a form to be read on the fast path; undefined for any other, which the parsers have to look at. */
export function plainFormLength({ headers }: IncomingMessage): number | undefined {
  if (!CONTENT_TYPES.includes(headers['content-type']) || headers['transfer-encoding'] !== undefined) return undefined;
  if (headers.expect !== undefined || headers['content-encoding'] !== undefined) return undefined;
  const text = headers['content-length'] ?? '';
  const length = Number(text);
  return String(length) === text && length > 0 && length <= MAX_LENGTH ? length : undefined;
}

/** The parameters of a form, as the parser of forms reads them; undefined if it is one that takes more to read. */
export function readPlainForm(text: string): Form | undefined {
  if (!PLAIN.test(text)) return undefined;
  // A loop over places in the text, and an object of one shape: this runs for every request of a service.
  const form: Record<'token' | 'client_id' | 'client_secret' | 'token_type_hint', string | undefined> = {
    token: undefined,
    client_id: undefined,
    client_secret: undefined,
    token_type_hint: undefined,
  };
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('&', start);
    const next = end === -1 ? text.length : end;
    const equals = text.indexOf('=', start);
    const name = text.slice(start, equals);
    if (equals === -1 || equals + 1 >= next || !isParameter(name) || form[name] !== undefined) return undefined;
    form[name] = text.slice(equals + 1, next);
    start = next + 1;
  }
  return form.token === undefined ? undefined : form;
}

function isParameter(name: string): name is 'token' | 'client_id' | 'client_secret' | 'token_type_hint' {
  return name === 'token' || name === 'client_id' || name === 'client_secret' || name === 'token_type_hint';
}
