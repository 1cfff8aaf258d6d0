import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal } from './current-principal.decorator.js';
import { Principal } from './principal.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { FastPath } from './fast-path.js';
import { ForProxies } from './for-proxies.decorator.js';
import { identityHeaders } from './identity-headers.js';

const text = { type: 'string' } as const;

@ApiTags('Integration')
@Controller('auth')
export class VerifyController {
  constructor(fastPath: FastPath) {
    // A proxy forwards the `Accept` header of its own client, so a mismatch must not cause a 406.
    const render = (principal: Principal) => ({ headers: identityHeaders(principal) });
    fastPath.register('/auth/verify', { negotiates: false, render });
  }

  /**
   * Check a credential
   *
   * @remarks For a service or a proxy that checks every request. Returns the user and the credential in headers, without
   * a body. A cached credential needs no database query. A revoked credential is refused from the moment of its revocation.
   */
  @Get('verify')
  @ForProxies()
  @Answers('The credential is valid', ['address_not_allowed'], {
    'X-User-Id': {
      description: 'The id of the user.',
      schema: { ...text, format: 'uuid' },
      example: '12345678-1234-1234-1234-123456789abc',
    },
    'X-User-Name': { description: 'The username, percent-encoded (RFC 3986).', schema: text, example: 'john.doe' },
    'X-User-Roles': { description: "The user's roles, separated by blanks.", schema: text, example: 'admin' },
    'X-Credential-Kind': {
      description: 'The kind of the credential.',
      schema: { ...text, enum: ['jwt', 'auth-header'] },
      example: 'auth-header',
    },
    'X-Credential-Id': {
      description: "The JWT's `jti`, or the auth header's id.",
      schema: { ...text, format: 'uuid' },
      example: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
    },
    'X-Credential-Scopes': {
      description: "An auth header's scopes, separated by blanks; absent for a JWT, which no scope limits.",
      schema: text,
      example: 'orders:read',
    },
  })
  verifyCredential(@CurrentPrincipal() principal: Principal, @Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.removeHeader('content-type').headers(identityHeaders(principal));
  }
}
