import { ApiProperty } from '@nestjs/swagger';

/** A public key (RFC 7517, section 4; RFC 7518, section 6). */
export class PublicKeyDto {
  /**
   * The key's kind.
   * @example RSA
   */
  kty: string;

  /**
   * The key's id: the `kid` of the JWTs it signed.
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  kid: string;

  /** What it is for: signatures. */
  @ApiProperty({ enum: ['sig'] })
  use: string;

  /**
   * The algorithm it signs with.
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

/** The public keys JWTs can be checked with offline (RFC 7517, section 5). */
export class KeySetDto {
  keys: PublicKeyDto[];
}
