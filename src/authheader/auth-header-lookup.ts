import { isWellFormed } from '../guard/auth-header-format.js';
import { readId } from '../http/id.js';
import { hashToken, isMasked } from './auth-header-token.js';

/** What an auth header can be named by: columns. */
export type LookupColumn = 'tokenHash' | 'masked' | 'id';

/** What names an auth header, and as which of these. */
export interface Lookup {
  readonly column: LookupColumn;
  readonly value: string;
}

/** What a text names an auth header by: its token, its masked form or its id; undefined where it can be none of these. */
export function lookupOf(text: string): Lookup | undefined {
  if (isWellFormed(text)) return { column: 'tokenHash', value: hashToken(text) };
  if (isMasked(text)) return { column: 'masked', value: text };
  const id = readId(text);
  return id === undefined ? undefined : { column: 'id', value: id };
}
