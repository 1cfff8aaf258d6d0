/**
 * The types of the JWTs that this server signs (RFC 8725, section 3.11): that of a login, and that of a machine login (RFC 9068). One
 * is never accepted in place of the other.
 */
export const JWT_TYPES = ['JWT', 'at+jwt'] as const;
export type JwtType = (typeof JWT_TYPES)[number];

export function isJwtType(typ: unknown): typ is JwtType {
  return JWT_TYPES.some((type) => type === typ);
}

/** The type that the header of a JWT with a good signature names. */
export function jwtTypeOf(jwt: string): JwtType | undefined {
  const [header = ''] = jwt.split('.', 1);
  const { typ } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { typ?: unknown };
  return isJwtType(typ) ? typ : undefined;
}
