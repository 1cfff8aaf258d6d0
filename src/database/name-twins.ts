import { Between, type EntityManager } from 'typeorm';
import { replaceHidden } from '../i18n/visible-text.js';
import { User } from './entities/user.entity.js';

/** A folded text contains no capital letters, so no name and no address has a key with this prefix. */
const TWIN = 'TWIN ';
const AFTER_TWIN = 'TWIN!';
const MAX_NAMED = 10;

/**
 * The placeholder key of a user whose username or e-mail address an older user has in another spelling. The user can log in by
 * the other of the two only, until an administrator changes the name.
 */
export function twinKey(id: string): string {
  return TWIN + id;
}

/** A line that names the users with a placeholder key; undefined if there are none. */
export async function describeTwins(manager: EntityManager): Promise<string | undefined> {
  const isTwin = Between(TWIN, AFTER_TWIN);
  const twins = await manager.find(User, {
    where: [{ usernameKey: isTwin }, { emailKey: isTwin }],
    order: { id: 'ASC' },
    take: MAX_NAMED + 1,
  });
  if (twins.length === 0) return undefined;
  const named = twins.slice(0, MAX_NAMED).map(({ id, username, email, usernameKey }) => {
    const name = usernameKey.startsWith(TWIN) ? `username ${username}` : `e-mail address ${email}`;
    return replaceHidden(`${id} by the ${name}`, () => '\uFFFD');
  });
  const more = twins.length > MAX_NAMED ? ', and more' : '';
  return `users who cannot log in ${named.join(', ')}${more}: an older user has it in another spelling; give another with user update`;
}
