import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { InjectRepository } from '@nestjs/typeorm';
import passport from 'passport';
import type { Repository } from 'typeorm';
import { Principal } from '../auth/principal.js';
import { AUTH_HEADER_STRATEGY, type CredentialRequest } from '../auth/strategy-names.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { KeptQuery } from '../database/prepared/prepared-query.js';
import { ReadConnection } from '../database/sqlite/read-connection.js';
import { isWellFormed } from '../guard/auth-header-format.js';
import { hashToken } from './auth-header-token.js';
import { earlier } from './delegation.js';

type Verify = (token: string, done: (error: unknown, principal?: Principal | null) => void) => void;

/** Passport's side of an auth header: takes the token and reports whom it speaks for. */
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
  private readonly byToken: KeptQuery<AuthHeader, 'tokenHash'>;

  constructor(@InjectRepository(AuthHeader) authHeaders: Repository<AuthHeader>, connection: ReadConnection) {
    super();
    const byToken = authHeaders
      .createQueryBuilder('header')
      .innerJoinAndSelect('header.user', 'user')
      .where('header.tokenHash = :tokenHash OR header.previousTokenHash = :tokenHash');
    this.byToken = new KeptQuery(byToken, ['tokenHash'], connection);
  }

  /** Whom a token speaks for; nobody once it was deleted, has expired, or its owner may not log in. */
  async validate(token: string): Promise<Principal | null> {
    if (!isWellFormed(token)) return null;
    const tokenHash = hashToken(token);
    const authHeader = await this.byToken.first({ tokenHash });
    if (authHeader?.user.disabled !== null) return null;
    const { id, name, scopes, allowedIps, user } = authHeader;
    const expires = endOfToken(authHeader, tokenHash);
    const principal = new Principal(user, { kind: 'auth-header', id, name, scopes, allowedIps, expires });
    return principal.isOver() ? null : principal;
  }
}

/** A rotated token ends with its overlap, if not before with the auth header itself. */
function endOfToken({ previousTokenHash, previousTokenExpires, expires }: AuthHeader, tokenHash: string): Date | null {
  return tokenHash === previousTokenHash ? earlier(expires, previousTokenExpires) : expires;
}
