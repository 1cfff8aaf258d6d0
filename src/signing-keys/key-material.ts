import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { JwtAlgorithm } from '../config/jwt-algorithms.js';

const RSA_MODULUS_BITS = 3072;
const SHARED_KEY_BYTES = 32;

/** A key in the form each use of it needs, parsed once. */
export interface KeyMaterial {
  readonly signing: KeyObject;
  readonly verification: KeyObject;
}

/**
 * A new private (or, for HS256, shared) key: PKCS #8 or raw bytes, in base64url. An RSA key takes a processor between a tenth of
 * a second and two, by luck.
 */
export async function generateKeyText(algorithm: JwtAlgorithm): Promise<string> {
  if (algorithm === 'HS256') return randomBytes(SHARED_KEY_BYTES).toString('base64url');
  const { privateKey } =
    algorithm === 'ES256'
      ? await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
      : await promisify(generateKeyPair)('rsa', { modulusLength: RSA_MODULUS_BITS });
  return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url');
}

/** The keys behind a text of {@link generateKeyText}. */
export function parseKeyText(algorithm: JwtAlgorithm, keyText: string): KeyMaterial {
  const bytes = Buffer.from(keyText, 'base64url');
  if (algorithm === 'HS256') {
    const shared = createSecretKey(bytes);
    return { signing: shared, verification: shared };
  }
  const signing = createPrivateKey({ key: bytes, type: 'pkcs8', format: 'der' });
  return { signing, verification: createPublicKey(signing) };
}
