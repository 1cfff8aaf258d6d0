import { Column, Entity, Index } from 'typeorm';
import type { JwtAlgorithm } from '../../config/jwt-algorithms.js';
import { IdColumn, TimestampColumn } from '../columns.js';

/** `next` is published but not yet used, `active` signs, `retired` only verifies. */
export type SigningKeyState = 'next' | 'active' | 'retired';

/** A key that JWTs are signed with; its id is the `kid` (RFC 7515, section 4.1.4). */
@Entity('signing_key')
// At most one key is active and one is next, even if several processes write concurrently.
@Index(['algorithm', 'state'], { unique: true, where: `state <> 'retired'` })
export class SigningKey {
  @IdColumn()
  id: string;

  @Column({ type: 'varchar', length: 10 })
  algorithm: JwtAlgorithm;

  @Column({ type: 'varchar', length: 10 })
  state: SigningKeyState;

  /** The private or shared key: PKCS #8 or raw bytes, in base64url, sealed. */
  @Column({ name: 'sealed_key', type: 'text' })
  sealedKey: string;

  /** When the key was created, and thereby published. */
  @TimestampColumn()
  created: Date;

  /** When the key began to sign; null for `next`, and where an earlier version activated it. */
  @TimestampColumn({ nullable: true })
  activated: Date | null;

  /** When the key last signed; null unless it is retired. */
  @TimestampColumn({ nullable: true })
  retired: Date | null;
}
