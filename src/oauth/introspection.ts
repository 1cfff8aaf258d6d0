import type { AuthHeaderCredential, JwtCredential, Principal } from '../auth/principal.js';
import type { Settings } from '../config/settings.js';
import type { IntrospectionDto } from './dto/introspection.dto.js';

/** Says of every token that is not valid the same, and nothing else (RFC 7662, section 2.2). */
export const INACTIVE: IntrospectionDto = { active: false };

/** What a token's principal is, in the words of RFC 7662, of RFC 9068 for roles, and of RFC 9470 for the login. */
export function introspect({ user, credential }: Principal, settings: Settings): IntrospectionDto {
  return {
    active: true,
    token_type: 'Bearer',
    credential_kind: credential.kind,
    credential_id: credential.id,
    sub: user.id,
    username: user.username,
    roles: [...user.roles],
    ...(credential.kind === 'jwt' ? ofJwt(credential) : ofAuthHeader(credential, settings)),
    aud: settings.jwtAudience,
    ...(credential.expires === null ? {} : { exp: Math.floor(credential.expires.getTime() / 1000) }),
  };
}

function ofJwt(jwt: JwtCredential): Partial<IntrospectionDto> {
  const { id, sessionId, issuer, issuedAtSeconds, authTimeSeconds, acr, amr } = jwt;
  const login = { auth_time: authTimeSeconds, acr, amr: [...amr] };
  return { iss: issuer, iat: issuedAtSeconds, jti: id, sid: sessionId, ...login };
}

function ofAuthHeader(
  { id, name, scopes, allowedIps, rateLimit, jwt }: AuthHeaderCredential,
  { issuer }: Settings,
): Partial<IntrospectionDto> {
  return {
    // Clients read an empty text as one scope without a name.
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    client_id: id,
    name,
    ...(rateLimit === undefined
      ? {}
      : { rate_limit: { limit: rateLimit.limit, window_seconds: rateLimit.windowSeconds } }),
    ...(allowedIps.length === 0 ? {} : { address_bound: true as const }),
    ...(jwt === undefined ? { iss: issuer } : { iss: jwt.issuer, iat: jwt.issuedAtSeconds, jti: jwt.id }),
  };
}
