import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** How an OAuth client authenticates (RFC 7591, section 2). */
export const CLIENT_METHODS = ['client_secret_basic', 'client_secret_post'];

@ApiSchema({ name: 'ServerMetadata', description: 'The metadata of the authorization server (RFC 8414, section 2).' })
export class MetadataDto {
  /**
   * The issuer: the `iss` of the JWTs.
   * @example https://login.example.com
   */
  issuer: string;

  /**
   * The URL of machine logins (RFC 6749, section 4.4).
   * @example https://login.example.com/oauth/token
   */
  token_endpoint: string;

  /**
   * The URL of introspection (RFC 7662).
   * @example https://login.example.com/oauth/introspect
   */
  introspection_endpoint: string;

  /**
   * The URL of revocation (RFC 7009).
   * @example https://login.example.com/oauth/revoke
   */
  revocation_endpoint: string;

  /**
   * The URL of the key set; absent with `HS256`, whose key is not public.
   * @example https://login.example.com/.well-known/jwks.json
   */
  jwks_uri?: string;

  /**
   * The URL of the reference.
   * @example https://login.example.com/docs
   */
  service_documentation: string;

  /** How clients authenticate at a machine login. */
  @ApiProperty({ example: CLIENT_METHODS })
  token_endpoint_auth_methods_supported: readonly string[];

  /** How clients authenticate at introspection. Every other credential is accepted in its header too. */
  @ApiProperty({ example: CLIENT_METHODS })
  introspection_endpoint_auth_methods_supported: readonly string[];

  /** How clients authenticate at revocation. */
  @ApiProperty({ example: CLIENT_METHODS })
  revocation_endpoint_auth_methods_supported: readonly string[];

  /** The grant types. */
  @ApiProperty({ example: ['client_credentials'] })
  grant_types_supported: readonly string[];

  /** None: there is no authorization endpoint. */
  @ApiProperty({ example: [] })
  response_types_supported: readonly string[];
}
