import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CredentialRefusals, knownOf } from '../auth/credential-refusals.js';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { ForClients } from '../auth/for-clients.decorator.js';
import { type AuthHeaderCredential, Principal } from '../auth/principal.js';
import { ApiError } from '../errors/api-error.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { FormBody } from '../http/request-parts.decorators.js';
import { MachineJwts } from '../session/machine-jwts.js';
import { AccessTokenDto, GRANT_TYPE, GrantFormDto } from './dto/grant.dto.js';

export const TOKEN_PATH = '/oauth/token';

/** Machine logins. */
@ApiTags('OAuth')
@Controller()
export class GrantController {
  constructor(
    private readonly machines: MachineJwts,
    private readonly refusals: CredentialRefusals,
  ) {}

  /**
   * Log a machine in
   *
   * @remarks Returns a JWT for an auth header, whose id and token are the id and the secret of the client (RFC 6749, section 4.4). The
   * JWT is valid for at most ten minutes, has exactly the requested scopes, and is never more than the auth header: the allowed
   * addresses and the rate limit hold for it, and it ends with the auth header. A service that checks JWTs by the key set can accept it
   * offline. Its type is `at+jwt` (RFC 9068).
   *
   * To try it, replace `client_id` and `client_secret` by the `id` and the `token` of `POST /authheader/add`.
   */
  @Post(TOKEN_PATH)
  @HttpCode(200)
  // RFC 6749, section 5.1, demands it for caches that know no `Cache-Control`.
  @Header('pragma', 'no-cache')
  @ForClients('auth-headers')
  @ExampleFields<GrantFormDto>('grant_type', 'client_id', 'client_secret')
  @Answers('The JWT', ['unsupported_grant_type', 'invalid_scope'])
  async grantToken(
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @FormBody() { grant_type, scope }: GrantFormDto,
  ): Promise<AccessTokenDto> {
    const { userId, credential } = principal;
    // A JWT that could obtain the next one would never end.
    if (credential.kind !== 'auth-header' || credential.jwt !== undefined) throw new ApiError('invalid_token');
    if (grant_type !== GRANT_TYPE) throw new ApiError('unsupported_grant_type');
    const scopes = scopesOf(credential, scope);
    if (scopes === undefined) {
      this.refusals.publish(knownOf(principal), 'scope', request);
      throw new ApiError('invalid_scope');
    }
    const issued = await this.machines.issue(userId, credential, scopes);
    if (issued === undefined) throw new ApiError('invalid_token');
    return {
      access_token: issued.jwt,
      token_type: 'Bearer',
      expires_in: issued.expiresInSeconds,
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    };
  }
}

/** Exactly the requested scopes, or all if none was requested: some clients fail if they get others. Undefined if it lacks one. */
function scopesOf({ scopes }: AuthHeaderCredential, scope: string | undefined): readonly string[] | undefined {
  if (scope === undefined || scope === '') return scopes;
  const requested = [...new Set(scope.split(' '))];
  return requested.every((one) => scopes.includes(one)) ? requested : undefined;
}
