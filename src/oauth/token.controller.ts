import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../auth/actor.js';
import { Authenticator } from '../auth/authenticator.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { FastPath } from '../auth/fast-path.js';
import { FOR_CLIENTS, ForClients } from '../auth/for-clients.decorator.js';
import { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { FormBody } from '../http/request-parts.decorators.js';
import { Policy } from '../http/route-policy.js';
import { IntrospectionDto } from './dto/introspection.dto.js';
import { TokenFormDto } from './dto/token-form.dto.js';
import { INACTIVE, introspect } from './introspection.js';
import { TokenRevocation } from './token-revocation.js';

export const INTROSPECTION_PATH = '/oauth/introspect';
export const REVOCATION_PATH = '/oauth/revoke';

/** What OAuth clients ask about tokens, and order. */
@ApiTags('OAuth')
@Controller()
export class TokenController {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly revocation: TokenRevocation,
    private readonly settings: Settings,
    fastPath: FastPath,
  ) {
    const render = (principal: Principal) => ({ body: introspect(principal, settings) });
    fastPath.registerCheck(INTROSPECTION_PATH, render);
  }

  /**
   * Introspect a token
   *
   * @remarks Tells a service which user a JWT or an auth header belongs to (RFC 7662). Of a token that is expired, revoked, unknown
   * or malformed, and of one that may not be used from the client's address, the answer is `{"active":false}` and nothing else.
   * The client is the service, or a service that trusts its proxies by `TRUST_PROXY` and tells its client's address by
   * `X-Forwarded-For`. A question takes a permit of the token's rate limit: over it, the answer is 429.
   */
  @Post(INTROSPECTION_PATH)
  @HttpCode(200)
  @ForClients()
  @ExampleFields<TokenFormDto>('token')
  @Answers('What the token is')
  async introspectToken(
    @Req() { raw }: FastifyRequest,
    @FormBody() { token }: TokenFormDto,
  ): Promise<IntrospectionDto> {
    const principal = await this.authenticator.check(token, raw);
    return principal === null ? INACTIVE : introspect(principal, this.settings);
  }

  /**
   * Revoke a token
   *
   * @remarks Deletes an auth header, or ends the session of a JWT, from the moment of the response (RFC 7009). A client may revoke
   * its own credential, the JWTs of its user's logins, what it may delete at `/authheader/delete`, and as an administrator
   * everything. The response is the same for a token that is not valid and for one that the client may not revoke. During the
   * overlap of a rotation, the old token ends by itself.
   */
  @Post(REVOCATION_PATH)
  @HttpCode(200)
  // A success has no body that `Accept` could exclude, and a token must not stay valid because of a header.
  @Policy({ ...FOR_CLIENTS, negotiates: false })
  @ForClients()
  @ExampleFields<TokenFormDto>('token')
  @Answers('The token is not valid any more, or the client may not revoke it')
  async revokeToken(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @FormBody() { token }: TokenFormDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.revocation.revoke(principal, token, actor);
    void reply.removeHeader('content-type');
  }
}
