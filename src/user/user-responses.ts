import { Injectable } from '@nestjs/common';
import type { Principal, PrincipalUser } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import type { CredentialDto, CurrentUserDto } from './dto/current-user.dto.js';
import type { LoggedInUserDto } from './dto/logged-in-user.dto.js';
import type { UserDto } from './dto/user.dto.js';
import type { ManagedUserDto } from './dto/managed-user.dto.js';
import type { LoggedInUser } from '../login/login-completion.js';
import { passwordExpirationOf } from '../login/password-expiration.js';
import type { User } from '../database/entities/user.entity.js';

/** Puts users into the words of the documents. */
@Injectable()
export class UserResponses {
  constructor(private readonly settings: Settings) {}

  /** A user. */
  user(user: PrincipalUser): UserDto {
    const expiration = passwordExpirationOf(user, this.settings.passwordMaxAgeDays);
    return {
      Id: user.id,
      Created: formatTimestamp(user.created),
      Username: user.username,
      Email: user.email,
      Firstname: user.firstname,
      Lastname: user.lastname,
      PasswordExpiration: expiration === null ? undefined : formatTimestamp(expiration),
    };
  }

  /** A user who has just logged in, and the JWT that says so. */
  login(user: User, jwt: string): LoggedInUserDto {
    return { ...this.user(user), Token: jwt };
  }

  /** The same after a login, with the codes that are shown once. */
  loggedIn({ user, jwt, recoveryCode }: LoggedInUser): LoggedInUserDto {
    return { ...this.login(user, jwt), ...(recoveryCode === undefined ? {} : { recoveryCode }) };
  }

  /** The user a request speaks for, and the credential it does so with. */
  currentUser({ user, credential }: Principal): CurrentUserDto {
    return { ...this.user(user), Roles: [...user.roles], Credential: describeCredential(credential) };
  }

  /** A user as administrators see one. */
  managedUser(user: User): ManagedUserDto {
    const described = { ...this.user(user), Roles: user.roles, Enabled: user.disabled === null };
    return user.kind === 'service' ? { ...described, Kind: user.kind } : described;
  }
}

function describeCredential(credential: Principal['credential']): CredentialDto {
  const Expires = credential.expires === null ? undefined : formatTimestamp(credential.expires);
  if (credential.kind === 'jwt') return { Kind: 'jwt', Id: credential.id, Expires };
  return { Kind: 'auth-header', Id: credential.id, Name: credential.name, Scopes: [...credential.scopes], Expires };
}
