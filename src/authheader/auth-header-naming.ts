import { validate as isUuid } from 'uuid';
import { isWellFormed } from '../guard/auth-header-format.js';
import { hashToken, isMasked } from './auth-header-token.js';

/** What an auth header can be named by: columns. */
export type Naming = 'tokenHash' | 'masked' | 'id';

/** What names an auth header, and as which of these. */
export interface NamedBy {
  readonly by: Naming;
  readonly name: string;
}

/** What a text names an auth header by: its token, its masked form or its id; undefined where it can be none of these. */
export function namingOf(text: string): NamedBy | undefined {
  if (isWellFormed(text)) return { by: 'tokenHash', name: hashToken(text) };
  if (isMasked(text)) return { by: 'masked', name: text };
  return isUuid(text) ? { by: 'id', name: text.toLowerCase() } : undefined;
}
