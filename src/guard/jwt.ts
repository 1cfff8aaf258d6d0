import { constants, type KeyObject, type SigningOptions, verify } from 'node:crypto';

const MAX_LENGTH = 16_384;
const TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/** The algorithms with a public key. */
export type Algorithm = 'RS256' | 'PS256' | 'ES256';

/** How a signature is verified, by the `alg` of the JWT (RFC 7518, section 3.1). */
const OPTIONS: Readonly<Record<Algorithm, SigningOptions>> = {
  RS256: {},
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  // The signature of a JWT is two numbers of fixed length, and no DER.
  ES256: { dsaEncoding: 'ieee-p1363' },
};

/** A JWT that is well-formed. Its signature is not verified. */
export interface ParsedJwt {
  /** `HS256` has no public key: the server alone can verify it. */
  readonly algorithm: Algorithm | 'HS256';
  readonly keyId: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: string;
  readonly signature: Buffer;
}

export function isAlgorithm(text: unknown): text is Algorithm {
  return typeof text === 'string' && Object.hasOwn(OPTIONS, text);
}

/** Reads a JWT; undefined for one that no server of this kind has issued (RFC 7515, section 4.1; RFC 8725, section 3). */
export function parseJwt(token: string): ParsedJwt | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = readPart(head);
  const claims = readPart(body);
  if (header === undefined || claims === undefined) return undefined;
  const { alg, typ, kid, crit } = header;
  if (!isAlgorithm(alg) && alg !== 'HS256') return undefined;
  if (typeof typ !== 'string' || !TYPES.has(typ.toLowerCase())) return undefined;
  // An extension that has to be understood, and that nothing here understands.
  if (crit !== undefined) return undefined;
  if (typeof kid !== 'string' && alg !== 'HS256') return undefined;
  const keyId = typeof kid === 'string' ? kid : '';
  return { algorithm: alg, keyId, claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
}

/** Whether a key has signed a JWT. */
export function isSignedBy({ algorithm, signed, signature }: ParsedJwt, key: KeyObject): boolean {
  if (algorithm === 'HS256') return false;
  return verify('sha256', Buffer.from(signed), { key, ...OPTIONS[algorithm] }, signature);
}

function readPart(text: string): Record<string, unknown> | undefined {
  try {
    const part: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
