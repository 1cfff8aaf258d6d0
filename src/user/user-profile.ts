import type { User, UserKind } from '../database/entities/user.entity.js';
import { newId } from '../database/new-id.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { message } from '../i18n/message.js';
import { emailKey, usernameKey } from '../i18n/name-key.js';
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
  };
}
