import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import type { Principal } from '../auth/principal.js';
import { AUTH_HEADER_STRATEGY, type CredentialRequest } from '../auth/strategy-names.js';
import { isWellFormed } from '../guard/auth-header-format.js';
import { principalOfToken, tokenMarkOf } from './auth-header-principal.js';
import { hashToken } from './auth-header-token.js';
import { AuthHeaderRepository } from './auth-header.repository.js';

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

  /** The principal of a token; null for one that is nobody's. @throws RefusedCredential as {@link principalOfToken} */
  async validate(token: string): Promise<Principal | null> {
    if (!isWellFormed(token)) return null;
    const tokenHash = hashToken(token);
    const authHeader = await this.authHeaders.findByToken(tokenHash);
    return authHeader === null ? null : principalOfToken(authHeader, tokenMarkOf(tokenHash));
  }
}
