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
    // A proxy asks with the `Accept` of whoever it asks for.
    const say = (principal: Principal) => ({ headers: identityHeaders(principal) });
    fastPath.register('/auth/verify', { negotiates: false, say });
  }

  /**
   * Check a credential
   *
   * @remarks For a service or a proxy that asks at every request: answers whom the credential speaks for in headers, and
   * no body. A credential seen before is answered without asking the database, and never after it was revoked.
   */
  @Get('verify')
  @ForProxies()
  @Answers('The credential is good', ['address_not_allowed'], {
    'X-User-Id': {
      description: 'The id of its user.',
      schema: { ...text, format: 'uuid' },
      example: '12345678-1234-1234-1234-123456789abc',
    },
    'X-User-Name': { description: 'The username, percent-encoded (RFC 3986).', schema: text, example: 'john.doe' },
    'X-User-Roles': { description: "The user's roles, separated by blanks.", schema: text, example: 'admin' },
    'X-Credential-Kind': {
      description: 'What it is.',
      schema: { ...text, enum: ['jwt', 'auth-header'] },
      example: 'auth-header',
    },
    'X-Credential-Id': {
      description: "The JWT's `jti`, or the auth header's id.",
      schema: { ...text, format: 'uuid' },
      example: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
    },
    'X-Credential-Scopes': {
      description: "An auth header's scopes, separated by blanks; a JWT has none to be limited by.",
      schema: text,
      example: 'orders:read',
    },
  })
  verifyCredential(@CurrentPrincipal() principal: Principal, @Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.removeHeader('content-type').headers(identityHeaders(principal));
  }
}
