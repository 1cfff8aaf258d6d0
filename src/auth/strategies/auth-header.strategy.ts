import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { AuthHeaderService } from '../../authheader/authheader.service.js';
import type { Principal } from '../principal.js';

export const AUTH_HEADER_STRATEGY = 'auth-header';

type Verify = (token: string, done: (error: unknown, principal?: Principal | null) => void) => void;

/** Passport's side of an auth header: takes the token and reports what the service says of it. */
class TokenStrategy extends passport.Strategy {
  constructor(private readonly verify: Verify) {
    super();
  }

  override authenticate(request: unknown): void {
    const { credential } = request as FastifyRequest;
    if (credential?.kind !== 'auth-header') {
      this.fail();
      return;
    }
    this.verify(credential.token, (error, principal) => {
      if (error) this.error(error);
      else if (principal) this.success(principal);
      else this.fail();
    });
  }
}

/** Checks an auth header. */
@Injectable()
export class AuthHeaderStrategy extends PassportStrategy(TokenStrategy, AUTH_HEADER_STRATEGY) {
  constructor(private readonly authHeaders: AuthHeaderService) {
    super();
  }

  validate(token: string): Promise<Principal | null> {
    return this.authHeaders.principalOf(token);
  }
}
