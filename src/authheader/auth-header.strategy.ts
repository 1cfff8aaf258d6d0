import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { Principal } from '../auth/principal.js';
import { AUTH_HEADER_STRATEGY, type CredentialRequest } from '../auth/strategy-names.js';
import { isWellFormed } from '../guard/auth-header-format.js';
import { hashToken } from './auth-header-token.js';
import { rateLimitOf } from '../rate-limit/rate-limit.js';
import { AuthHeaderRepository } from './auth-header.repository.js';
import { previousTokenOf } from './previous-token.js';

type Verify = (token: string, done: (error: unknown, principal?: Principal | null) => void) => void;

/** Passport's side of an auth header: takes the token and reports its principal. */
class TokenStrategy extends passport.Strategy {
  constructor(private readonly verify: Verify) {
    super();
  }

  override authenticate(request: unknown): void {
    this.verify((request as CredentialRequest).credential.token, (error, principal) => {
      if (error) this.error(error);
      else if (principal) this.success(principal);
      else this.fail();
    });
  }
}

/** Checks an auth header. */
@Injectable()
export class AuthHeaderStrategy extends PassportStrategy(TokenStrategy, AUTH_HEADER_STRATEGY) {
  constructor(private readonly authHeaders: AuthHeaderRepository) {
    super();
  }

  /** The principal of a token; null once it was deleted, has expired, or its owner may not log in. */
  async validate(token: string): Promise<Principal | null> {
    if (!isWellFormed(token)) return null;
    const tokenHash = hashToken(token);
    const authHeader = await this.authHeaders.findByToken(tokenHash);
    if (authHeader?.user.disabled !== null) return null;
    const { id, name, scopes, allowedIps, user } = authHeader;
    // Found by its hash, a token is the current one or the one before the last rotation.
    const expires = tokenHash === authHeader.tokenHash ? authHeader.expires : previousTokenOf(authHeader)?.expires;
    if (expires === undefined) return null;
    const rateLimit = rateLimitOf(authHeader);
    const principal = new Principal(user, { kind: 'auth-header', id, name, scopes, allowedIps, rateLimit, expires });
    return principal.isExpired() ? null : principal;
  }
}
