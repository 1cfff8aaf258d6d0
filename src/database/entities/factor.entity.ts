import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { ID_LENGTH, IdColumn, StringListColumn, TimestampColumn } from '../columns.js';
import { User } from './user.entity.js';

/** `totp` is an app that shows codes (RFC 6238), `passkey` a WebAuthn credential. Recovery codes have a table of their own. */
export const FACTOR_KINDS = ['totp', 'passkey'] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

/** A second factor of a user. It has proved right once: an enrolment that is not finished is a {@link Challenge}. */
@Entity('factor')
@Index(['userId'])
export class Factor {
  @IdColumn()
  id: string;

  @Column({ name: 'user_id', type: 'varchar', length: ID_LENGTH })
  userId: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;

  @Column({ type: 'varchar', length: 10 })
  kind: FactorKind;

  /** As the user calls it. */
  @Column({ type: 'varchar', length: 100 })
  name: string;

  @TimestampColumn()
  created: Date;

  @TimestampColumn({ name: 'last_used', nullable: true })
  lastUsed: Date | null;

  /** Of `totp`: the shared secret, in base64url, sealed. */
  @Column({ name: 'sealed_secret', type: 'varchar', length: 255, nullable: true })
  sealedSecret: string | null;

  /** Of `totp`: the time step of the last accepted code. No code of it or of an earlier step is accepted again. */
  @Column({ name: 'last_step', type: 'integer', nullable: true })
  lastStep: number | null;

  /** Of `passkey`: the credential's id, in base64url. */
  @Column({ name: 'credential_id', type: 'varchar', length: 1400, nullable: true, unique: true })
  credentialId: string | null;

  /** Of `passkey`: the COSE key, in base64url. */
  @Column({ name: 'public_key', type: 'text', nullable: true })
  publicKey: string | null;

  /** Of `passkey`: the authenticator's signature counter, an unsigned number of 32 bits; 0 where it has none. */
  @Column({
    name: 'sign_count',
    type: 'varchar',
    length: 10,
    nullable: true,
    transformer: { to: (count: number | null) => count?.toString() ?? null, from: numberOf },
  })
  signCount: number | null;

  /** Of `passkey`: how the browser reaches the authenticator. */
  @StringListColumn({ nullable: true })
  transports: string[] | null;

  /** Of `passkey`: whether it can be synchronised between devices. */
  @Column({ name: 'device_type', type: 'varchar', length: 15, nullable: true })
  deviceType: 'singleDevice' | 'multiDevice' | null;

  /** Of `passkey`: 1 where it is synchronised. */
  @Column({ name: 'backed_up', type: 'integer', nullable: true })
  backedUp: 0 | 1 | null;

  /** Of `passkey`: the model of the authenticator. */
  @Column({ type: 'varchar', length: ID_LENGTH, nullable: true })
  aaguid: string | null;

  /** Of `passkey`: the domain that it was made for. It works at no other. */
  @Column({ name: 'rp_id', type: 'varchar', length: 253, nullable: true })
  rpId: string | null;
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
