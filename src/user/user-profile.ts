import type { User, UserKind } from '../database/entities/user.entity.js';
import { newId } from '../database/new-id.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import { refuseOther } from '../http/refuse-other.js';
import { message } from '../i18n/message.js';
import { emailKey, usernameKey } from '../i18n/name-key.js';
import { passwordExpirationOf } from '../login/password-expiration.js';
import { initialPasswordEnd } from './initial-password.js';

/** What an administrator says of a user. */
export interface UserProfile {
  readonly username: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly roles: readonly string[];
  /** When the user must change the password; null for never. */
  readonly passwordExpires: Date | null;
}

/** The changes to a user. What other calls change, or nothing does, is there as it is, if at all. */
export interface UserChange extends Partial<UserProfile> {
  /** A date-time (RFC 3339). */
  readonly created?: string;
  readonly enabled?: boolean;
  readonly kind?: UserKind;
}

/**
 * What a change really changes: a client may send back all that a list told it.
 * @param maxAgeDays as of {@link passwordExpirationOf}: an end that follows from it is not stored as the user's own
 * @throws ApiError `invalid_fields` for what this call does not change
 */
export function profileIn(change: UserChange, user: User, maxAgeDays: number): Partial<UserProfile> {
  const { created, enabled, kind, ...profile } = change;
  refuseOther({
    created: created !== undefined && formatTimestamp(new Date(created)) !== formatTimestamp(user.created),
    enabled: enabled !== undefined && enabled !== (user.disabled === null),
    kind: kind !== undefined && kind !== user.kind,
  });
  const { passwordExpires, ...rest } = profile;
  const end = passwordExpirationOf(user, maxAgeDays);
  const isShown = passwordExpires && end && formatTimestamp(passwordExpires) === formatTimestamp(end);
  return isShown || passwordExpires === undefined ? rest : { ...rest, passwordExpires };
}

/** What is known of a user who is added. A service account needs no e-mail address. */
export interface NewUser extends Partial<Omit<UserProfile, 'username'>> {
  readonly username: string;
  /** A person, where it is absent. */
  readonly kind?: UserKind;
}

/**
 * The e-mail address of a service account that was added without one. The column is unique and needs one. No mail reaches it,
 * and nobody can register the domain (RFC 2606, section 2).
 */
function addressOfService(id: string): string {
  return `${id}@service.invalid`;
}

/** Refuses for a service account what concerns a password. @throws ApiError `invalid_fields` */
export function refusePassword(kind: UserKind, given: Readonly<Record<string, unknown>>): void {
  const fields = Object.keys(given).filter((field) => given[field] !== undefined);
  if (kind === 'person' || fields.length === 0) return;
  throw invalidFields(fields.map((field) => ({ field, message: message('must_not_be_of_a_service_account') })));
}

/** A new user, who is not stored yet. @param isInitial whether the password is a one-time password. */
export function newUser(profile: NewUser, passwordHash: string, isInitial: boolean): User {
  const now = new Date();
  const id = newId();
  const email = profile.email ?? addressOfService(id);
  return {
    id,
    username: profile.username,
    usernameKey: usernameKey(profile.username),
    email,
    emailKey: emailKey(email),
    firstname: profile.firstname ?? '',
    lastname: profile.lastname ?? '',
    passwordHash,
    passwordChanged: now,
    passwordExpires: profile.passwordExpires ?? null,
    initialPasswordExpires: isInitial ? initialPasswordEnd(now) : null,
    roles: [...(profile.roles ?? [])],
    disabled: null,
    created: now,
    kind: profile.kind ?? 'person',
    passkeyHandle: null,
    language: null,
    emailConfirmed: null,
  };
}
