import { Column, Entity, Index } from 'typeorm';
import { HASH_LENGTH, IdColumn, TimestampColumn, StringListColumn } from '../columns.js';

/** What a user is: a person who logs in, or a service account, which has no password and acts by its auth headers. */
export const USER_KINDS = ['person', 'service'] as const;
export type UserKind = (typeof USER_KINDS)[number];

/** A person or client who can log in, or a service account. */
@Entity('user')
export class User {
  @IdColumn()
  id: string;

  /** As registered. */
  @Column({ type: 'varchar', length: 100 })
  username: string;

  /** As matched: `usernameKey` of the username. */
  @Column({ name: 'username_key', type: 'varchar', length: 100, unique: true })
  usernameKey: string;

  /** As registered. */
  @Column({ type: 'varchar', length: 254 })
  email: string;

  /** As matched: `emailKey` of the e-mail address. */
  @Column({ name: 'email_key', type: 'varchar', length: 254, unique: true })
  emailKey: string;

  @Column({ type: 'varchar', length: 100, default: '' })
  firstname: string;

  @Column({ type: 'varchar', length: 100, default: '' })
  lastname: string;

  /** Argon2id, in its PHC string form. That of a service account is the hash of no known password. */
  @Column({ name: 'password_hash', type: 'varchar', length: 255 })
  passwordHash: string;

  @TimestampColumn({ name: 'password_changed' })
  passwordChanged: Date;

  /** The user's individual expiry, in addition to PASSWORD_MAX_AGE_DAYS. */
  @TimestampColumn({ name: 'password_expires', nullable: true })
  passwordExpires: Date | null;

  /** The deadline for changing a one-time password, which never logs in. Null for a password that the user chose. */
  @TimestampColumn({ name: 'initial_password_expires', nullable: true })
  initialPasswordExpires: Date | null;

  @StringListColumn()
  roles: string[];

  /** Since when the user is disabled: neither a login nor a credential is accepted. */
  @TimestampColumn({ nullable: true })
  disabled: Date | null;

  @TimestampColumn()
  created: Date;

  /** It never changes. */
  @Column({ type: 'varchar', length: 10, default: 'person' })
  kind: UserKind;

  /**
   * By which a passkey names its user, in base64url: random, since authenticators show it to anybody who holds them. Null for a
   * user who never began to enrol one.
   */
  @Index('user_passkey_handle', { unique: true })
  @Column({ name: 'passkey_handle', type: 'varchar', length: HASH_LENGTH, nullable: true })
  passkeyHandle: string | null;

  /** The language of the mails to the user, as of the last login that named one; null where none did. */
  @Column({ type: 'varchar', length: 10, nullable: true })
  language: string | null;

  /** When the user proved to receive what is sent to the address; null where nobody has. */
  @TimestampColumn({ name: 'email_confirmed', nullable: true })
  emailConfirmed: Date | null;
}
