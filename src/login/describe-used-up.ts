import type { Actor } from '../auth/actor.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import { replaceHidden } from '../i18n/visible-text.js';
import type { GuessedSecret, UsedUpBudget } from './budgets.js';

/** A name that cannot be taken for another part of the sentence. */
const PLAIN = /^[\w.@+-]+$/;

/**
 * The line of the log about attempts that were used up. Programs such as fail2ban read it, so no name can imitate an address:
 * one with other characters than the usual ones is a string of JSON. A name that is no user's may be a password in the wrong
 * field, and is not written.
 */
export function describeUsedUp(
  { kind, attempts, windowEnds }: UsedUpBudget,
  { username, ip }: Pick<Actor, 'username' | 'ip'>,
  secret: GuessedSecret = 'password',
): string {
  const until = formatTimestamp(windowEnds);
  const begin = `${attempts} wrong ${secret === 'password' ? 'passwords' : 'second factors'} for`;
  if (kind === 'network') return `${begin} several names from ${ip}; throttled until ${until}`;
  const name = nameIn(username);
  if (kind === 'pair') return `${begin} ${name} from ${ip}; throttled until ${until}`;
  return `${begin} ${name} in a row; throttled except from networks of earlier logins until ${until}`;
}

function nameIn(username: string): string {
  if (username === '') return 'an unknown name';
  return PLAIN.test(username) ? username : JSON.stringify(replaceHidden(username, () => '\uFFFD'));
}
