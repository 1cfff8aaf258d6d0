import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'PublicKey', description: 'A public key (RFC 7517, section 4; RFC 7518, section 6).' })
export class PublicKeyDto {
  /**
   * The key type.
   * @example RSA
   */
  kty: string;

  /**
   * The key's id: the `kid` of the JWTs it signed.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  kid: string;

  /** The use of the key: signatures. */
  @ApiProperty({ enum: ['sig'] })
  use: string;

  /**
   * The signature algorithm of the key.
   * @example RS256
   */
  alg: string;

  /**
   * An RSA key's modulus.
   * @example wXchNmJ4Tq0
   */
  n?: string;

  /**
   * An RSA key's exponent.
   * @example AQAB
   */
  e?: string;

  /** An elliptic-curve key's curve. */
  crv?: string;

  /** An elliptic-curve key's x coordinate. */
  x?: string;

  /** An elliptic-curve key's y coordinate. */
  y?: string;
}

@ApiSchema({ name: 'KeySet', description: 'The public keys for verifying JWTs offline (RFC 7517, section 5).' })
export class KeySetDto {
  keys: PublicKeyDto[];
}
