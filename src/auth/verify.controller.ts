import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal } from './current-principal.decorator.js';
import { Principal } from './principal.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { FastPath } from './fast-path.js';
import { FOR_PROXIES, ForProxies } from './for-proxies.decorator.js';
import { identityHeaders } from './identity-headers.js';
import { VERIFY_PATH } from './verify-request.js';

const text = { type: 'string' } as const;

@ApiTags('Integration')
@Controller()
export class VerifyController {
  constructor(fastPath: FastPath) {
    const render = (principal: Principal) => ({ headers: identityHeaders(principal) });
    fastPath.register(VERIFY_PATH, { policy: FOR_PROXIES, render });
  }

  /**
   * Check a credential
   *
   * @remarks For a service or a proxy that checks every request. Returns the user and the credential in headers, without
   * a body. A cached credential needs no database query. A revoked credential is refused from the moment of its revocation.
   *
   * Every method and every path below this one, such as `POST /auth/verify/orders/42`, gets the same response, and a body is
   * never read. `OPTIONS` is a check too, and no CORS preflight. The refusals are those statuses that proxies pass on: two
   * different credentials get 401, an auth header over its rate limit 429, and a fault of the server 503.
   */
  @Get(VERIFY_PATH)
  @ForProxies()
  @Answers('The credential is valid', ['address_not_allowed'], {
    'X-User-Id': {
      required: true,
      description: 'The id of the user.',
      schema: { ...text, format: 'uuid' },
      example: '12345678-1234-1234-1234-123456789abc',
    },
    'X-User-Name': {
      required: true,
      description: 'The username, percent-encoded (RFC 3986).',
      schema: text,
      example: 'john.doe',
    },
    'X-User-Roles': {
      required: true,
      description: "The user's roles, separated by blanks; empty for a user without a role.",
      schema: text,
      example: 'admin',
    },
    'X-Credential-Kind': {
      required: true,
      description: 'The kind of the credential. Decide by it whether scopes limit the request.',
      schema: { ...text, enum: ['jwt', 'auth-header'] },
      example: 'auth-header',
    },
    'X-Credential-Id': {
      required: true,
      description: "The JWT's `jti`, or the auth header's id.",
      schema: { ...text, format: 'uuid' },
      example: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
    },
    'X-Credential-Scopes': {
      required: true,
      description:
        "An auth header's scopes, separated by blanks; empty for an auth header without a scope, and for a JWT, which no scope limits.",
      schema: text,
      example: 'orders:read',
    },
  })
  verifyCredential(@CurrentPrincipal() principal: Principal, @Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.removeHeader('content-type').headers(identityHeaders(principal));
  }
}
