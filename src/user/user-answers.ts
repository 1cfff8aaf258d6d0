import type { Principal } from '../auth/principal.js';
import { utcSeconds } from '../http/utc-seconds.js';
import type { CredentialDto, CurrentUserDto } from './dto/current-user.dto.js';
import type { LoggedInUserDto } from './dto/logged-in-user.dto.js';
import type { UserDto } from './dto/user.dto.js';
import type { User } from './user.entity.js';

/** A user, in the words of the documents. */
export function describeUser(user: User, passwordExpiration: Date | null): UserDto {
  return {
    Id: user.id,
    Created: utcSeconds(user.created),
    Username: user.username,
    Email: user.email,
    Firstname: user.firstname,
    Lastname: user.lastname,
    ...(passwordExpiration === null ? {} : { PasswordExpiration: utcSeconds(passwordExpiration) }),
  };
}

/** A user who has just logged in, and the JWT that says so. */
export function describeLogin(user: User, passwordExpiration: Date | null, jwt: string): LoggedInUserDto {
  return { ...describeUser(user, passwordExpiration), Token: jwt };
}

/** The user a request speaks for, and the credential it does so with. */
export function describeCurrentUser(
  user: User,
  passwordExpiration: Date | null,
  { roles, credential }: Principal,
): CurrentUserDto {
  return {
    ...describeUser(user, passwordExpiration),
    Roles: [...roles],
    Credential: describeCredential(credential),
  };
}

function describeCredential(credential: Principal['credential']): CredentialDto {
  const named = credential.kind === 'auth-header';
  return {
    Kind: credential.kind,
    Id: credential.id,
    ...(named ? { Name: credential.name, Scopes: [...credential.scopes] } : {}),
    ...(credential.expires === null ? {} : { Expires: utcSeconds(credential.expires) }),
  };
}
