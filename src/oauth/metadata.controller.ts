import { Controller, Get, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../auth/public.decorator.js';
import { Settings } from '../config/settings.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { publicUrlOf } from '../net/public-url.js';
import { GRANT_TYPE } from './dto/grant.dto.js';
import { CLIENT_METHODS, MetadataDto } from './dto/metadata.dto.js';
import { TOKEN_PATH } from './grant.controller.js';
import { KEY_SET_PATH } from './key-set.controller.js';
import { INTROSPECTION_PATH, REVOCATION_PATH } from './token.controller.js';

@ApiTags('OAuth')
@Controller('.well-known')
export class MetadataController {
  constructor(private readonly settings: Settings) {}

  /**
   * Get the metadata
   *
   * @remarks Returns the URLs that an OAuth client needs (RFC 8414). Set `PUBLIC_URL`: the issuer is then that URL, as clients
   * require, and the URLs do not depend on the `Host` of the request. With a path in `PUBLIC_URL`, clients ask for
   * `/.well-known/oauth-authorization-server/<path>` at the root of the host, which the proxy has to pass on.
   */
  @Public()
  @Get('oauth-authorization-server')
  @Answers('The metadata')
  getMetadata(@Req() request: FastifyRequest): MetadataDto {
    const { issuer, jwtAlgorithm } = this.settings;
    const base = publicUrlOf(request, this.settings);
    return {
      issuer,
      token_endpoint: base + TOKEN_PATH,
      introspection_endpoint: base + INTROSPECTION_PATH,
      revocation_endpoint: base + REVOCATION_PATH,
      ...(jwtAlgorithm === 'HS256' ? {} : { jwks_uri: base + KEY_SET_PATH }),
      service_documentation: `${base}/docs`,
      token_endpoint_auth_methods_supported: CLIENT_METHODS,
      introspection_endpoint_auth_methods_supported: CLIENT_METHODS,
      revocation_endpoint_auth_methods_supported: CLIENT_METHODS,
      grant_types_supported: [GRANT_TYPE],
      response_types_supported: [],
    };
  }
}
