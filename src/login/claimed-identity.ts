import type { User } from '../database/entities/user.entity.js';
import type { LoginColumn } from './login.repository.js';

/** The user that a caller claims to be: a login route, and the key of the name that was typed there. */
export interface ClaimedIdentity {
  readonly door: LoginColumn;
  readonly key: string;
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
