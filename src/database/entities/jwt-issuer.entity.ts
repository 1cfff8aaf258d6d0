import { Entity, PrimaryColumn } from 'typeorm';
import { ISSUER_LENGTH, TimestampColumn } from '../columns.js';

/** An issuer whose JWTs are accepted: that of each server, and those before it until their last JWT has expired. */
@Entity('jwt_issuer')
export class JwtIssuer {
  @PrimaryColumn({ type: 'varchar', length: ISSUER_LENGTH })
  issuer: string;

  @TimestampColumn({ name: 'accepted_until' })
  acceptedUntil: Date;
}
