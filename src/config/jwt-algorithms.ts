/** The algorithms a JWT may be signed with (RFC 7518, section 3.1). */
export const JWT_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'HS256'] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];
