import type { User } from '../database/entities/user.entity.js';
import { emailKey, usernameKey } from '../i18n/name-key.js';
import type { LoginColumn } from './login.repository.js';

/** The longest spelling of a name that is folded: a multiple of what can be registered. Folding a long one takes tenths of a second. */
const MAX_NAME_LENGTH = 512;
/** No name folds to a text with a control character. */
const TOO_LONG = '\0';

/** The name that a caller gives: exactly one of both. */
export type GivenName = { readonly username: string } | { readonly email: string };

/** The user that a caller claims to be: a login route, and the key of the name that was typed there. */
export interface ClaimedIdentity {
  readonly door: LoginColumn;
  readonly key: string;
}

/** The identity of a given name. All names that are too long for any user share one. */
export function identityOf(name: GivenName): ClaimedIdentity {
  return 'username' in name
    ? { door: 'usernameKey', key: keyOf(name.username, usernameKey) }
    : { door: 'emailKey', key: keyOf(name.email, emailKey) };
}

function keyOf(name: string, fold: (name: string) => string): string {
  return name.length > MAX_NAME_LENGTH ? TOO_LONG : fold(name);
}

/** Every identity that a user can log in as. */
export function identitiesOf(user: Pick<User, LoginColumn>): ClaimedIdentity[] {
  return [
    { door: 'usernameKey', key: user.usernameKey },
    { door: 'emailKey', key: user.emailKey },
  ];
}

/**
 * The account that attempts are counted for. It depends only on what was typed: an id of the user, where there is one, would
 * make the counts tell which names exist, and which username and e-mail address belong together.
 */
export function accountOf({ door, key }: ClaimedIdentity): string {
  return JSON.stringify([door, key]);
}

/**
 * The account that guesses at a second factor are counted for. One for both login routes: who guesses has given the right
 * password, and so learns nothing from it.
 */
export function factorAccountOf(userId: string): string {
  return JSON.stringify(['factor', userId]);
}
