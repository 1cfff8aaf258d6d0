import type { VNode } from 'preact';
import { isExpired } from '../../config/time.js';
import type { User } from '../../database/entities/user.entity.js';
import { passwordExpirationOf } from '../../login/password-expiration.js';
import type { Visit } from '../visit.js';

/** The roles of a user. */
export function Roles({ visit, user: { roles } }: { visit: Visit; user: Pick<User, 'roles'> }): VNode {
  return roles.length === 0 ? <>{visit.text('none')}</> : <bdi>{roles.join(' ')}</bdi>;
}

interface UserStateProps {
  readonly visit: Visit;
  readonly user: User;
  /** PASSWORD_MAX_AGE_DAYS; 0 for no rule. */
  readonly maxAgeDays: number;
}

/** Whether a user may log in, and what keeps them from it. */
export function UserState({ visit, user, maxAgeDays }: UserStateProps): VNode {
  const { text } = visit;
  const { disabled, initialPasswordExpires, kind } = user;
  if (disabled !== null)
    return <span class="badge soon">{text('state_disabled_since', { moment: visit.moment(disabled) })}</span>;
  if (kind === 'person' && initialPasswordExpires !== null)
    return (
      <span class="badge">{text('state_one_time_password', { moment: visit.moment(initialPasswordExpires) })}</span>
    );
  if (kind === 'person' && isExpired(passwordExpirationOf(user, maxAgeDays)))
    return <span class="badge soon">{text('state_password_expired')}</span>;
  return <>{text('state_enabled')}</>;
}
